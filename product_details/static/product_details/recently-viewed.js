// What this browser looked at. It is kept here and sent nowhere; forgetting it is one button.
const KEY = "product_details:viewed";
const MOST = 8;

// Anything may be in the storage: a path of this site, and not "//another.site".
const isPath = (text) => typeof text === "string" && /^\/(?![/\\])/.test(text);
const isText = (text) => typeof text === "string" && text.length > 0 && text.length < 300;
const isGood = (item) =>
  item && /^[a-z0-9]{1,20}$/.test(item.ref) && isText(item.name) && isPath(item.url);

function read() {
  try {
    const items = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(items) ? items.filter(isGood).slice(0, MOST + 1) : [];
  } catch {
    return [];
  }
}

function write(items) {
  try {
    if (items.length) localStorage.setItem(KEY, JSON.stringify(items));
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows remember nothing.
  }
}

function entry(item) {
  const link = document.createElement("a");
  link.href = item.url;
  if (isText(item.image)) {
    const image = document.createElement("img");
    Object.assign(image, { loading: "lazy", alt: "", width: item.width || 400 });
    Object.assign(image, { height: item.height || 400, src: item.image });
    link.append(image);
  }
  const name = document.createElement("bdi");
  name.textContent = item.name;
  link.append(name);
  const row = document.createElement("li");
  row.append(link);
  return row;
}

function show(root) {
  const { ref, name, url, image, width, height } = root.dataset;
  const others = read().filter((item) => item.ref !== ref);
  if (ref) write([{ ref, name, url, image, width, height }, ...others].slice(0, MOST + 1));
  const shown = others.slice(0, MOST);
  root.querySelector("ul").replaceChildren(...shown.map(entry));
  root.hidden = shown.length === 0;
  root.querySelector("button").onclick = () => {
    write([]);
    root.hidden = true;
  };
}

for (const root of document.querySelectorAll(".product_details-recent")) show(root);
