import { act, toast } from "./net.js";
import { el } from "./dom.js";

// A text with the Bot API's entities, whose offsets are UTF-16 units as in JavaScript. One block a line, so that each
// line finds its own direction.
export function rich(text, entities, phone) {
  const root = el("div", { class: "words" });
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const blocks = sorted.filter((one) => BLOCKS[one.type]);
  let at = 0;
  for (const block of blocks) {
    if (block.offset < at) continue;
    lines(root, text, at, block.offset, sorted, phone);
    const held = BLOCKS[block.type]();
    const end = block.offset + block.length;
    if (block.type === "pre") held.textContent = text.slice(block.offset, end);
    else lines(held, text, block.offset, end, sorted.filter((one) => one !== block), phone);
    root.append(held);
    at = end;
  }
  lines(root, text, at, text.length, sorted, phone);
  return root;
}

const BLOCKS = {
  pre: () => el("pre", { dir: "ltr" }),
  blockquote: () => el("blockquote"),
  expandable_blockquote: () => el("blockquote"),
};

function lines(root, text, from, to, entities, phone) {
  if (from >= to) return;
  let at = from;
  for (const line of text.slice(from, to).split("\n")) {
    const row = el("div", { dir: "auto" });
    spans(row, text, at, at + line.length, entities.filter((one) => !BLOCKS[one.type]), phone);
    root.append(row);
    at += line.length + 1;
  }
}

function spans(parent, text, from, to, entities, phone) {
  let at = from;
  while (at < to) {
    const next = entities.find((one) => one.offset + one.length > at && one.offset < to);
    if (!next || next.offset >= to) break;
    const start = Math.max(next.offset, at);
    const end = Math.min(next.offset + next.length, to);
    if (start > at) parent.append(text.slice(at, start));
    const held = made(next, text.slice(start, end), phone);
    const inner = entities.slice(entities.indexOf(next) + 1).filter((one) => one.offset < end);
    if (held.dataset.whole === undefined) spans(held, text, start, end, inner, phone);
    parent.append(held);
    at = end;
  }
  if (at < to) parent.append(text.slice(at, to));
}

function made(entity, words, phone) {
  switch (entity.type) {
    case "bold": return el("b");
    case "italic": return el("i");
    case "underline": return el("u");
    case "strikethrough": return el("s");
    case "code": return code(words);
    case "spoiler": return spoiler();
    case "bot_command": return command(words, phone);
    case "url": return link(words, words);
    case "text_link": return link(entity.url, words);
    default: return el("span");
  }
}

function code(words) {
  const copy = () => copied(words);
  const keyed = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); copy(); } };
  const held = el("code", { tabindex: 0, role: "button", title: "Copy", dir: "ltr", onclick: copy, onkeydown: keyed });
  held.textContent = words;
  held.dataset.whole = "";
  return held;
}

function spoiler() {
  const held = el("button", { class: "spoiler", "aria-label": "Hidden, show", type: "button" });
  held.addEventListener("click", () => { held.classList.add("open"); held.removeAttribute("aria-label"); });
  return held;
}

function command(words, phone) {
  const held = el("button", { class: "command", type: "button", dir: "ltr", onclick: () => phone.send(words) });
  held.textContent = words;
  held.dataset.whole = "";
  return held;
}

function link(address, words) {
  const held = el("a", { rel: "noopener noreferrer", target: "_blank" });
  held.textContent = words;
  held.dataset.whole = "";
  follow(held, address);
  return held;
}

// A link to the bot opens in the customer's phone, as it would in Telegram; any other in the browser.
export function follow(held, address) {
  const start = /^(?:https?:\/\/)?t\.me\/\w+\?start=([\w-]{1,64})$/.exec(address);
  if (start) {
    held.href = "#";
    held.addEventListener("click", (event) => { event.preventDefault(); act("say", { phone: "customer", text: `/start ${start[1]}` }); });
    return;
  }
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  if (/^https?:\/\//i.test(whole)) held.href = whole;
}

export async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast(`Copied: ${words}`);
  } catch {
    toast(words);
  }
}
