import { act, listen, toast } from "./net.js";
import { el } from "./dom.js";
import { Around } from "./around.js";
import { Chat } from "./chat.js";
import { Desk } from "./desk.js";
import { Store } from "./store.js";

const by = (id) => document.getElementById(id);
const store = new Store();
const around = new Around();
const phones = {
  customer: new Chat("customer", by("customer"), store),
  desk: new Desk(by("desk"), store),
  merchant: new Chat("merchant", by("merchant"), store),
};
const ROLES = { customer: "a customer", desk: "an agent", merchant: "the merchant" };
const TONGUES = { ar: "العربية", fa: "فارسی", en: "English" };
let cut = false;

function caption(name, held) {
  const who = el("span", {}, held ? el("b", {}, held.name) : "", held ? `, ${ROLES[name]}` : ROLES[name]);
  const right = name === "customer" ? tongues(held?.language) : null;
  phones[name].caption.replaceChildren(who, ...(right ? [right] : []));
}

function tongues(language) {
  const one = ([tag, name]) => el("button", { type: "button", lang: tag, "data-language": tag, "aria-pressed": String(tag === language), onclick: () => act("language", { text: tag }) }, name);
  return el("div", { class: "tongues", role: "group", "aria-label": "The customer's language" }, ...Object.entries(TONGUES).map(one));
}

function everything(all) {
  store.fill(all);
  for (const [name, phone] of Object.entries(phones)) {
    const held = store.phones[name];
    caption(name, held);
    if (held) phone.hold(held);
    phone.redraw();
  }
}

function change(told) {
  if (told.message) store.keep(told.message);
  if (told.gone) store.drop(told.chat, told.gone);
  if (told.topic) store.name(told.topic);
  for (const [name, phone] of Object.entries(phones)) {
    if (phone.chat !== told.chat) continue;
    if (told.topic) phone.named?.();
    if (told.message) phone.put(told.message);
    if (told.gone) phone.drop(told.gone);
    if (told.message?.from_bot) mark(name);
  }
}

// On a narrow screen one phone is shown; the others say that something came.
function tab(name) {
  for (const one of Object.keys(phones)) {
    by(one).classList.toggle("shown", one === name);
    by(`tab-${one}`).setAttribute("aria-selected", String(one === name));
  }
  by(`tab-${name}`).classList.remove("fresh");
  phones[name].toEnd();
}
const mark = (name) => { if (!by(name).classList.contains("shown")) by(`tab-${name}`).classList.add("fresh"); };

for (const name of Object.keys(phones)) {
  by(`tab-${name}`).addEventListener("click", () => tab(name));
  caption(name, null);
}
const order = Object.keys(phones);
document.querySelector(".tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = order[(order.indexOf(document.activeElement.dataset.phone) + step + 3) % 3];
  tab(next);
  by(`tab-${next}`).focus();
});
let start = null;
by("phones").addEventListener("touchstart", (event) => { start = event.touches[0]; }, { passive: true });
by("phones").addEventListener("touchend", (event) => {
  const moved = event.changedTouches[0].clientX - start.clientX;
  if (Math.abs(moved) < 70 || Math.abs(event.changedTouches[0].clientY - start.clientY) > 50) return;
  const now = order.findIndex((name) => by(name).classList.contains("shown"));
  tab(order[Math.max(0, Math.min(2, now + (moved < 0 ? 1 : -1)))]);
}, { passive: true });
tab("customer");

// The stage is empty until the next showing is built; its first event fills the phones.
function preparing() {
  everything({ phones: {}, topics: [], messages: [] });
  around.prepare();
}

listen({ all: everything, change, preparing, around: (told) => { reader(told.shown.language); around.tell(told); } }, (online) => {
  if (!online && !cut) toast("The line is lost; trying again.");
  cut = !online;
  document.body.classList.toggle("cut", cut);
});

// The customer's language is changed by the visitor, or by words in the chat.
function reader(language) {
  const held = store.phones.customer;
  if (!held || !language || held.language === language) return;
  held.language = language;
  caption("customer", held);
  phones.customer.hold(held);
  phones.customer.redraw();
}
