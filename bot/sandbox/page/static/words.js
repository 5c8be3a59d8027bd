// What a phone says by itself, in its reader's language.
const WORDS = {
  en: { write: "Message", send: "Send", attach: "Send a picture", edited: "edited", bot: "bot", back: "Back to the topics", fresh: "New messages", empty: "Nothing here yet.", contact: "Share my number" },
  ar: { write: "رسالة", send: "إرسال", attach: "إرسال صورة", edited: "معدّلة", bot: "بوت", back: "رجوع", fresh: "رسائل جديدة", empty: "لا رسائل بعد.", contact: "مشاركة رقمي" },
  fa: { write: "پیام", send: "فرستادن", attach: "فرستادن عکس", edited: "ویرایش‌شده", bot: "ربات", back: "بازگشت", fresh: "پیام‌های تازه", empty: "هنوز پیامی نیست.", contact: "فرستادن شماره‌ام" },
};
const RTL = new Set(["ar", "fa"]);
export const worded = (language) => WORDS[(language || "en").slice(0, 2)] || WORDS.en;
export const direction = (language) => (RTL.has((language || "en").slice(0, 2)) ? "rtl" : "ltr");

export const QUICK = {
  customer: {
    ar: ["أين طلبي؟", "/human", "/parcels"],
    fa: ["سفارشم کجاست؟", "/human", "/parcels"],
    en: ["Where is my order?", "/human", "/parcels"],
  },
  merchant: { en: ["/stats", "/shipments", "/rules", "/carrier", "/help"] },
  desk: { en: ["/card", "/take", "/note Called the carrier, they look for it.", "/close"] },
};
