// Pictures that the agent shows to the customer: chosen, pasted or dropped. A failed one can be sent again, and arrives once.
"use strict";
{
  const area = document.getElementById("text");
  const chooser = document.getElementById("picture-file");
  if (area && chooser) {
    const dialogue = document.getElementById("dialogue");
    const pending = document.getElementById("pending");
    const LARGEST = 5 * 2 ** 20; // bytes that the desk takes
    const KINDS = chooser.accept.split(",");
    let busy = 0;

    const mine = () => dialogue.dataset.mode === "mine";
    const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

    /** What the desk does not take (a huge photo, a GIF) goes as a JPEG, if the browser can read it at all. */
    const fitting = async (file) => {
      if (file.size <= LARGEST && KINDS.includes(file.type)) return file;
      const image = await createImageBitmap(file);
      const scale = Math.min(1, 2048 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail()), "image/jpeg", 0.85));
    };

    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "small";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    };

    const send = async (file) => {
      let data;
      try {
        data = await fitting(file);
      } catch {
        return Desk.toast("这个文件不是能打开的图片", "bad");
      }
      const key = newKey();
      const entry = document.createElement("article");
      entry.className = "entry agent pending";
      const state = document.createElement("p");
      state.className = "by";
      const said = document.createElement("div");
      said.className = "said";
      said.textContent = `[图片] ${file.name || ""}`;
      entry.append(state, said);
      pending.append(entry);
      Desk.toEnd();

      const attempt = async () => {
        entry.classList.remove("failed");
        state.textContent = "图片发送中…";
        busy += 1;
        let failure = "网络不通，图片没有发出去";
        try {
          const place = new URLSearchParams({ c: dialogue.dataset.id, client_id: key });
          const answer = await fetch(`/desk/pictures?${place}`, {
            method: "POST",
            headers: { "X-CSRF-Token": document.body.dataset.csrf, "HX-Request": "true" },
            body: data,
          });
          failure = answer.ok ? "" : Desk.reason(await answer.text());
        } catch {
          // as said above
        }
        busy -= 1;
        if (!failure) {
          entry.remove();
          htmx.trigger(document.body, "desk:refresh");
          return;
        }
        entry.classList.add("failed");
        state.textContent = failure;
        state.append(button("重发", attempt), button("不发了", () => entry.remove()));
      };
      return attempt();
    };

    const sendAll = (files) => {
      if (mine()) for (const file of files) send(file);
    };

    document.getElementById("send-picture").addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      sendAll([...chooser.files]);
      chooser.value = ""; // the same file may be chosen again
    });
    area.addEventListener("paste", (event) => {
      const { files, types } = event.clipboardData;
      if (!files.length || types.includes("text/rtf")) return; // office programs put a picture of the text beside the text
      event.preventDefault();
      sendAll([...files]);
    });
    for (const kind of ["dragover", "drop"]) {
      dialogue.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files") || !mine()) return;
        event.preventDefault();
        if (kind === "drop") sendAll([...event.dataTransfer.files]);
      });
    }
    addEventListener("beforeunload", (event) => busy && event.preventDefault());
  }
}
