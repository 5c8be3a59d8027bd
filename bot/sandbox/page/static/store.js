// What the server told, by chat; told twice it is the same.
export class Store {
  constructor() { this.reset(); }

  reset() {
    this.phones = {};
    this.byChat = new Map();
    this.topicsOf = new Map();
  }

  fill(all) {
    this.reset();
    this.phones = all.phones;
    for (const one of all.topics) this.name(one);
    for (const one of all.messages) this.keep(one);
  }

  keep(message) {
    if (!this.byChat.has(message.chat_id)) this.byChat.set(message.chat_id, new Map());
    this.byChat.get(message.chat_id).set(message.id, message);
  }

  drop(chat, id) { this.byChat.get(chat)?.delete(id); }

  name(topic) {
    if (!this.topicsOf.has(topic.chat)) this.topicsOf.set(topic.chat, new Map());
    const known = this.topicsOf.get(topic.chat);
    if (topic.gone) known.delete(topic.message_thread_id);
    else known.set(topic.message_thread_id, topic);
  }

  messages(chat) { return [...(this.byChat.get(chat)?.values() || [])].sort((a, b) => a.id - b.id); }
  topics(chat) { return [...(this.topicsOf.get(chat)?.values() || [])]; }
  topic(chat, id) { return this.topicsOf.get(chat)?.get(id); }
}
