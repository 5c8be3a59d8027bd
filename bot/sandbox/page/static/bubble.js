import { act } from "./net.js";
import { el, hour } from "./dom.js";
import { copied, follow, rich } from "./rich.js";

const NOTICES = {
  forum_topic_created: (name) => `Topic “${name}” was opened`,
  forum_topic_edited: (name) => (name ? `The topic is called “${name}” now` : "The topic has another icon"),
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was opened again",
  pinned_message: () => "A message was pinned",
  new_chat_members: () => "Somebody joined",
  left_chat_member: () => "Somebody left",
};

// One message as it stands, with its buttons below.
export function bubble(message, phone) {
  if (message.service) return notice(message);
  const mine = message.sender_id === phone.me;
  const body = el("div", { class: "bubble" });
  if (!mine && phone.group) body.append(el("span", { class: "sender", dir: "auto" }, message.sender));
  if (message.quote) body.append(quote(message.quote));
  attached(body, message);
  if (message.text) body.append(rich(message.text, message.entities, phone));
  if (message.reactions.length) body.append(el("div", { class: "reactions" }, ...message.reactions.map((one) => el("span", {}, one))));
  body.append(el("div", { class: "foot" }, message.edited ? phone.words.edited : null, el("time", {}, hour(message.at))));
  const said = el("div", { class: `said ${mine ? "mine" : "theirs"}`, "data-id": message.id }, body);
  if (message.buttons.length && message.keys === "inline") said.append(keys(message, phone));
  return said;
}

function notice(message) {
  const worded = NOTICES[message.notice.kind];
  const words = worded ? worded(message.notice.name) : message.notice.kind.replaceAll("_", " ");
  return el("div", { class: "note", dir: "auto", "data-id": message.id }, words);
}

function quote(quoted) {
  return el("div", { class: "quote" }, el("b", { dir: "auto" }, quoted.sender), el("span", { dir: "auto" }, quoted.text));
}

function attached(body, message) {
  if (message.kind === "photo" && message.file_id) {
    const picture = el("img", { class: "picture", src: `/file/${encodeURIComponent(message.file_id)}`, alt: "Photo" });
    picture.addEventListener("error", () => picture.replaceWith(el("div", { class: "file" }, "Photo")));
    body.append(picture);
  } else if (message.file) {
    body.append(el("div", { class: "file" }, el("bdi", {}, message.file)));
  } else if (message.kind !== "text" && !message.text) {
    body.append(el("div", { class: "file" }, message.kind.replaceAll("_", " ")));
  }
}

function keys(message, phone) {
  const rows = message.buttons.map((row) => el("div", {}, ...row.map((one) => key(one, message, phone))));
  return el("div", { class: "keys" }, ...rows);
}

function key(button, message, phone) {
  if (button.url) {
    const held = el("a", { rel: "noopener noreferrer", target: "_blank", dir: "auto" }, button.label);
    follow(held, button.url);
    return held;
  }
  const held = el("button", { type: "button", dir: "auto" }, button.label);
  held.addEventListener("click", async () => {
    if (button.copy) return copied(button.copy);
    held.classList.add("pressed");
    await act("press", { phone: phone.name, message: message.id, data: button.data || button.label });
    held.classList.remove("pressed");
  });
  return held;
}
