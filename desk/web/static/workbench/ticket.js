// One ticket: what is being written stays when another form of the page is sent, or the page is left.
"use strict";
{
  const key = (field) => `desk.ticket:${field.form.getAttribute("hx-post")}:${field.name}`;
  const fields = [...document.querySelectorAll("main textarea")];

  for (const field of fields) {
    field.value ||= sessionStorage.getItem(key(field)) || "";
    field.addEventListener("input", () => sessionStorage.setItem(key(field), field.value));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    // `successful` says nothing where the answer leads to another page.
    if (!(event.detail.xhr.status >= 200 && event.detail.xhr.status < 300)) return;
    for (const field of fields) {
      if (field.form !== event.detail.elt) continue;
      sessionStorage.removeItem(key(field));
      field.value = "";
    }
  });
}
