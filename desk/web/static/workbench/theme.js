// The colours that somebody chose for this browser, before the page is painted.
"use strict";
document.documentElement.dataset.theme = localStorage.getItem("desk.theme") || "";
