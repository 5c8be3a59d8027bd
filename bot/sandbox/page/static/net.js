// What the visitor does, sent; words of the answer are shown for a moment.
export async function act(verb, given = {}) {
  return sent(`/do/${verb}`, { body: JSON.stringify(given), headers: { "Content-Type": "application/json" } });
}

export async function sendFile(phone, topic, file) {
  const query = new URLSearchParams({ phone, name: file.name });
  if (topic) query.set("topic", topic);
  return sent(`/do/photo?${query}`, { body: file, headers: { "Content-Type": file.type || "application/octet-stream" } });
}

async function sent(address, what) {
  try {
    const answer = await fetch(address, { method: "POST", ...what });
    const told = await answer.json().catch(() => ({}));
    const words = told.error || told.said || (answer.status === 413 ? "That file is too large for this demo: 8 MB at most." : null);
    if (words) toast(words);
    return answer.ok;
  } catch {
    toast("The demo does not answer. Is it still running?");
    return false;
  }
}

export function toast(words) {
  const line = document.createElement("p");
  line.textContent = words;
  line.dir = "auto";
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 5200);
}

// Server-sent events; the browser itself reconnects and says what it has seen last.
export function listen(handlers, online) {
  const source = new EventSource("/events");
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  source.addEventListener("open", () => online(true));
  source.addEventListener("error", () => {
    online(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { source.close(); listen(handlers, online); }, 1500);
  });
  return source;
}
