// Pictures are drawn from what the desk gives against the token: a shop's page need not allow any image addresses.
const LARGEST = 5 * 2 ** 20; // bytes that the desk takes
const SMALL = 440; // pixels of a thumbnail's longer edge, half as many on the screen
const picker = h("input", {
  type: "file",
  accept: "image/png,image/jpeg,image/webp",
  multiple: true,
  hidden: true,
  change() {
    sendPictures([...picker.files]);
    picker.value = ""; // the same file may be chosen again
  },
});
const viewer = h("dialog", { "aria-label": say("picture"), click: () => viewer.close() });

function fitted({ width, height }, edge) {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: width * scale, height: height * scale };
}

async function draw(canvas, blob, edge) {
  const image = await createImageBitmap(blob);
  const { width, height } = Object.assign(canvas, fitted(image, edge));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.drawImage(image, 0, 0, width, height);
  return canvas;
}

function thumbnail(entry) {
  const { id, file } = entry.picture; // the file while it is on its way
  const name = { role: "img", "aria-label": speaker(entry) + say("picture") };
  const small = h("canvas", { ...name, ...fitted(entry.picture, SMALL) }); // its place, before it comes
  const button = h("button.picture", { click: press });
  async function show(canvas, size, edge) {
    const was = atEnd();
    try {
      button.replaceChildren(small);
      await draw(canvas, file || (await (await reach("pictures/" + id + size)).blob()), edge);
    } catch (failure) {
      button.replaceChildren((failure.body || {}).message || say("missing"));
    }
    if (was) toEnd();
  }
  const load = () => show(small, "/small", SMALL);
  async function press() {
    if (!small.isConnected) return load();
    const full = h("canvas", name);
    await show(full, "", 4096);
    viewer.replaceChildren(h("button.close", { "aria-label": say("back") }, icon("close")), full);
    if (small.isConnected) viewer.showModal();
  }
  load();
  return button;
}

// What the desk does not take (a huge photo, a GIF) goes as a JPEG, if the browser can read it at all.
async function asJpeg(file) {
  const canvas = await draw(h("canvas"), file, 2048);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done : fail)(blob), "image/jpeg", 0.85));
}

async function sendPictures(files) {
  if (input.disabled) return;
  for (const file of files) {
    try {
      const fits = file.size <= LARGEST && picker.accept.includes(file.type);
      post({ picture: true }, fits ? file : await asJpeg(file));
    } catch {
      setText(counter, say("notPicture"));
      counter.classList.add("fault");
      announce(counter.textContent);
    }
  }
}

function pasted(event) {
  const { files, types } = event.clipboardData;
  if (!files.length || types.includes("text/rtf")) return; // office programs put a picture of the text beside the text
  event.preventDefault();
  sendPictures([...files]);
}

function dragged(event) {
  const { files, types } = event.dataTransfer;
  if (!types.includes("Files")) return;
  event.preventDefault();
  panel.classList.toggle("drop", event.type === "dragover");
  sendPictures([...files]); // there are none before the drop
}
