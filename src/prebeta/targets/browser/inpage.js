// What prebeta reads of a chat on a page, from inside it: only looking, never changing what is there.
(() => {
  const KEY = Symbol.for("prebeta.chat");
  if (globalThis[KEY]) return;

  // Closed shadow roots hide a widget from scripts, not from people: keep them as they are made.
  const closed = new WeakMap();
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(init) {
    const root = attach.call(this, init);
    closed.set(this, root);
    return root;
  };
  const shadowOf = (element) => element.shadowRoot || closed.get(element) || null;
  const parentOf = (element) =>
    element.parentElement || (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const contains = (outer, inner) => {
    for (let at = inner; at; at = parentOf(at)) if (at === outer) return true;
    return false;
  };
  let known = null; // the roots of this moment, looked for once
  const allRoots = () => {
    if (known) return known;
    const roots = [document];
    for (const root of roots)
      for (const element of root.querySelectorAll("*")) {
        const shadow = shadowOf(element);
        if (shadow) roots.push(shadow);
      }
    return (known = roots);
  };

  // "a b, c" -> [["a", "b"], ["c"]]: a space may cross into a shadow root, all else is left to the browser.
  const chains = (selector) => {
    const text = selector.trim().replace(/\s*>>+\s*/g, " ").replace(/\s*([>+~,])\s*/g, "$1");
    const found = [[]];
    let part = "", depth = 0, quote = "";
    const end = () => { if (part) found[found.length - 1].push(part); part = ""; };
    for (const sign of text) {
      if (quote) { if (sign === quote) quote = ""; }
      else if (sign === '"' || sign === "'") quote = sign;
      else if ("([".includes(sign)) depth++;
      else if (")]".includes(sign)) depth--;
      else if (!depth && sign === ",") { end(); found.push([]); continue; }
      else if (!depth && /\s/.test(sign)) { end(); continue; }
      part += sign;
    }
    end();
    return found.filter((chain) => chain.length);
  };
  const below = (element, chain) => {
    let left = chain.length - 2;
    for (let at = parentOf(element); at && left >= 0; at = parentOf(at)) if (at.matches(chain[left])) left--;
    return left < 0;
  };
  const query = (selector) => {
    const found = new Set();
    const roots = allRoots();
    for (const chain of chains(selector))
      for (const root of roots)
        for (const element of root.querySelectorAll(chain[chain.length - 1])) if (below(element, chain)) found.add(element);
    return [...found];
  };
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };
  const seenOf = (selector) => query(selector).filter(visible);

  const tidy = (text) =>
    text.replace(/\u00a0/g, " ").replace(/[\u200b\ufeff]/g, "").split("\n").map((line) => line.trim())
      .filter((line) => !/^(just now|\d{1,2}:\d\d(:\d\d)?( ?[ap]m)?|(\d+|an?) (s|sec|second|m|min|minute|h|hour)s?\.? ago)$/i.test(line))
      .join("\n").replace(/\n{3,}/g, "\n\n").trim();
  // As innerText, but through shadow roots and without buttons: those are read as quick replies.
  const words = (node, skip) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const kept = /^pre/.test(getComputedStyle(parentOf(node) || node.getRootNode().host).whiteSpace);
      return kept ? node.data : node.data.replace(/\s+/g, " ");
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    if (skip(node) || /^(STYLE|SCRIPT|TEMPLATE|NOSCRIPT|SVG)$/i.test(node.tagName)) return "";
    if (node.tagName === "BR") return "\n";
    const style = getComputedStyle(node);
    if (style.display === "none" || style.visibility === "hidden") return "";
    const children = node.tagName === "SLOT" && node.assignedNodes().length ? node.assignedNodes() : (shadowOf(node) || node).childNodes;
    const inner = [...children].map((child) => words(child, skip)).join("");
    if (/^(inline|contents|inline-block|inline-flex|ruby)/.test(style.display)) return inner;
    return style.display === "table-cell" ? inner + "\t" : "\n" + inner.trim() + "\n";
  };
  const BUTTONS = "button, [role=button], input[type=button], input[type=submit]";
  const needsWalk = (element) =>
    element.querySelector(BUTTONS) || [...element.querySelectorAll("*"), element].some((one) => shadowOf(one));
  const textOf = (element, options) => {
    const skip = (node) => node.matches(BUTTONS) || (options.buttons && state.buttons.has(node));
    const text = needsWalk(element) || options.buttons ? words(element, skip) : element.innerText;
    return tidy(text.replace(/\n{2,}/g, "\n\n"));
  };

  // Who speaks, by the words in an element's class and data attributes.
  const PRODUCT = new Set("assistant bot ai agent product received incoming server operator advisor".split(" "));
  const USER = new Set("user self human outgoing sent visitor client customer".split(" "));
  // These mean a speaker only as a name of their own or beside a message's ("me", "msg-right"), not as in "me-2".
  const WEAK = { left: "product", in: "product", response: "product", right: "user", out: "user", me: "user", own: "user", mine: "user", request: "user" };
  const MESSAGE = new Set("message msg bubble utterance response reply answer".split(" "));
  const AROUND = new Set("time date timestamp avatar meta header status name icon actions footer author sender input list typing loading placeholder".split(" "));
  const tokens = (name) => name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z]+/).filter(Boolean);
  const names = (element) => {
    const told = [...element.classList];
    for (const { name, value } of element.attributes)
      if (/^(data-.*(role|author|sender|from|direction|testid|type|who|side)|slot)$/.test(name) && value.length < 60) told.push(value);
    return told.map(tokens);
  };
  const marks = (element) => names(element).flat();
  const whoBy = (element) => {
    const told = names(element);
    const strong = told.flat().find((one) => USER.has(one) || PRODUCT.has(one));
    if (strong) return USER.has(strong) ? "user" : "product";
    for (const name of told) {
      const weak = name.find((one) => WEAK[one]);
      if (weak && name.every((one) => one === weak || MESSAGE.has(one))) return WEAK[weak];
    }
    return null;
  };
  const speaker = (element, top) => {
    for (let at = element, up = 0; at && at !== top && up < 5; at = parentOf(at), up++) {
      const who = whoBy(at);
      if (who) return who;
    }
    return null;
  };
  const logOf = () => {
    const named = seenOf("[role=log], [role=feed]");
    const logs = named.length ? named : seenOf("[aria-live=polite]").filter((one) => one.getBoundingClientRect().height > 60);
    const area = (one) => one.getBoundingClientRect().width * one.getBoundingClientRect().height;
    return logs.sort((a, b) => area(b) - area(a))[0] || null;
  };
  const innermost = (elements) => elements.filter((one) => !elements.some((other) => other !== one && contains(one, other)));
  const NAMED = [...MESSAGE].map((one) => `[class*="${one}" i], [data-testid*="${one}" i]`).join(", ");
  const guessed = () => {
    const log = logOf();
    const inside = (one) => !log || (one !== log && contains(log, one));
    const attributed = "[data-message-author-role], [data-role], [data-author], [data-sender], [data-from], [data-direction]";
    const byData = seenOf(attributed).filter((one) => inside(one) && whoBy(one));
    const named = query(NAMED).filter((one) => {
      const told = marks(one);
      return inside(one) && told.some((each) => MESSAGE.has(each)) && !told.some((each) => AROUND.has(each)) && visible(one) && !/^(HTML|BODY|FORM|BUTTON|INPUT|TEXTAREA)$/.test(one.tagName);
    });
    const spoken = innermost(named).filter((one) => (log ? true : speaker(one, null)));
    if (spoken.length) return { elements: spoken, log };
    if (byData.length) return { elements: innermost(byData), log };
    if (!log) return { elements: [], log };
    let list = log;
    while (list.children.length === 1 && list.children[0].children.length) list = list.children[0];
    const rows = list.children.length || !list.textContent.trim() ? [...list.children] : [list];
    return { elements: rows.filter((one) => visible(one) && !/^(BUTTON|INPUT|FORM|STYLE|SCRIPT)$/.test(one.tagName)), log };
  };

  const INPUTS = "textarea, input:not([type]), input[type=text], input[type=search], [contenteditable='']," +
    " [contenteditable=true], [contenteditable=plaintext-only], [role=textbox]";
  const inputOf = (options) => {
    if (options.input) return seenOf(options.input)[0] || null;
    const score = (one) => {
      const told = ["placeholder", "aria-label", "name", "id", "class", "title"].map((name) => one.getAttribute(name) || "").join(" ");
      let points = one.getBoundingClientRect().bottom / Math.max(innerHeight, 1);
      if (/messag|chat|type|typing|ask|write|reply|say|question|prompt|nachricht|frage|mensaje|tapez/i.test(told)) points += 4;
      if (!/^INPUT$/.test(one.tagName)) points += 2;
      if (one.type === "search" || /search|e-?mail|subscribe|newsletter|phone|address|coupon/i.test(told)) points -= 6;
      return points;
    };
    const ranked = seenOf(INPUTS).map((one) => [score(one), one]).sort((a, b) => b[0] - a[0]);
    return ranked.length && ranked[0][0] > 0 ? ranked[0][1] : null;
  };
  const disabled = (element) =>
    element.disabled || element.readOnly || element.getAttribute("aria-disabled") === "true" || element.getAttribute("contenteditable") === "false";

  const state = { turn: null, known: new WeakMap(), last: [], sig: "", changed: 0, late: 0, buttons: new Set(), rest: new WeakSet(), base: "", absent: false, page: "", offered: [], errors: new WeakMap(), errorsNow: [] };

  const messageItems = (options) => {
    let elements, log = null;
    if (options.messages) {
      const users = options.user ? new Set(query(options.user)) : new Set();
      const isUser = (one) => { for (let at = one; at; at = parentOf(at)) if (users.has(at)) return true; return false; };
      const all = new Set([...query(options.messages), ...users]);
      elements = outermost([...all].filter(visible)).map((one) => [one, isUser(one) ? "user" : "product"]);
    } else {
      const found = guessed();
      log = found.log;
      elements = found.elements.map((one) => [one, speaker(one, log)]);
    }
    const items = elements.map(([element, who], order) => ({ element, who, order, top: element.getBoundingClientRect().top, text: textOf(element, options) }));
    // As they stand on the page, whatever their order in the document; each text is someone's.
    return items.filter((one) => one.text).sort((a, b) => a.top - b.top || a.order - b.order);
  };
  const outermost = (elements) => elements.filter((one) => !elements.some((other) => other !== one && contains(other, one)));

  const isError = (element) => {
    for (let at = element, up = 0; at && up < 3; at = parentOf(at), up++)
      if (marks(at).some((one) => one === "error" || one === "failed" || one === "failure") || at.getAttribute("role") === "alert") return true;
    return false;
  };
  const flat = (text) => text.replace(/\s+/g, " ").trim();
  const fresh = (items, args) => {
    const seen = args.seen;
    let overlap = Math.min(seen.length, items.length);
    const fits = (size) => { for (let at = 0; at < size; at++) if (seen[seen.length - size + at] !== items[at].text) return false; return true; };
    while (overlap && !fits(overlap)) overlap--;
    let found;
    if (overlap || !seen.length) found = items.slice(overlap);
    else if (items.some((one) => state.known.has(one.element))) {
      const last = items.findLastIndex((one) => state.known.has(one.element));
      found = items.flatMap((one, at) => {
        if (!state.known.has(one.element)) return at > last ? [one] : [];
        const before = state.known.get(one.element);
        if (one.text === before || before.includes(one.text)) return [];
        if (one.text.startsWith(before)) return [{ ...one, text: tidy(one.text.slice(before.length)) }];
        return [one];
      });
    } else found = items.slice(items.findLastIndex((one) => one.text === seen[seen.length - 1]) + 1);
    let own = args.said === null ? null : flat(args.said);
    return found.filter((one) => one.text).map((one) => {
      if (one.who === null && own !== null && flat(one.text) === own) { own = null; return { ...one, who: "user" }; }
      return { ...one, who: one.who || "product", error: isError(one.element) };
    });
  };

  const NO_REPLY = /^(send|submit|copy|copied!?|retry|regenerate|edit|like|dislike|share|report|close|clear|menu|attach|upload|minimi[sz]e|new chat|stop|×|✕|x)$/i;
  const titleOf = (element) => tidy((element.innerText || element.value || element.getAttribute("aria-label") || "").replace(/\s*\n\s*/g, " "));
  const candidates = (options) => (options.buttons ? seenOf(options.buttons) : seenOf(BUTTONS)).filter((one) => !disabled(one) && titleOf(one));
  const offers = (options, items, news) => {
    const lastUser = [...items, ...news].filter((one) => one.who === "user").sort((a, b) => a.top - b.top).pop();
    const firstNew = news.find((one) => one.who !== "user");
    const from = lastUser ? lastUser.element.getBoundingClientRect().bottom : firstNew ? firstNew.top : -Infinity;
    const input = inputOf(options);
    const first = items[0], last = items[items.length - 1];
    let log = logOf();
    if (!log && first) for (log = parentOf(first.element); log && !contains(log, last.element);) log = parentOf(log);
    const inLog = (one) => log && contains(log, one) && !(input && contains(log, input));
    return candidates(options).filter((one) => {
      const box = one.getBoundingClientRect();
      const current = box.bottom >= from - 2;
      if (options.buttons) return current || !inLog(one);
      const title = titleOf(one);
      if (!/[\p{L}\p{N}]/u.test(title) || title.length > 80 || NO_REPLY.test(title) || (input && contains(one, input))) return false;
      const inMessage = items.some((item) => contains(item.element, one));
      const between = input && last && box.bottom <= input.getBoundingClientRect().top + 2 && box.top >= last.element.getBoundingClientRect().bottom - 2;
      return current && (inLog(one) || inMessage || between || (input && !last && box.bottom <= input.getBoundingClientRect().top + 2 && contains(parentOf(parentOf(input)) || document.body, one)));
    }).map((element) => {
      const payload = element.dataset.payload ?? element.dataset.value ?? (element.getAttribute("value") || null);
      const title = titleOf(element);
      return { element, title, payload: payload === title ? null : payload };
    });
  };
  const TYPING = '[aria-busy="true"], [class*="typing" i], [class*="loading" i], [class*="thinking" i]';
  const typing = (options) => {
    const input = inputOf(options);
    return seenOf(options.typing || TYPING).filter((one) => options.typing || (!state.rest.has(one) && !(input && contains(one, input))));
  };
  const pageText = () => allRoots().map((root) => (root === document ? document.body?.innerText || "" : [...root.children].map((one) => one.innerText || "").join("\n"))).join("\n");
  const over = (options) => {
    if (!options.ended) return false;
    if (!options.ended.startsWith("text=")) return seenOf(options.ended).length > 0;
    return flat(pageText()).toLowerCase().includes(flat(options.ended.slice(5)).toLowerCase());
  };
  const snapshot = (options, args) => {
    known = null;
    state.buttons = new Set(options.buttons ? query(options.buttons) : []);
    const items = messageItems(options);
    const news = fresh(items, args);
    return { items, news, offered: offers(options, items, news), typing: typing(options), ended: over(options) };
  };
  const turnTo = (options, args) => {
    if (state.turn === args.turn) return;
    for (const one of state.last) state.known.set(one.element, one.text);
    Object.assign(state, { turn: args.turn, sig: "", changed: performance.now(), late: 0, absent: false });
    state.base = JSON.stringify(state.offered.map((one) => one.title));
    state.page = pageText();
  };
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const described = (one) => {
    const name = one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "") + [...one.classList].slice(0, 2).map((each) => `.${each}`).join("");
    const hint = one.getAttribute("placeholder") || one.getAttribute("aria-label") || "";
    return hint ? `${name} (${hint.slice(0, 40)})` : name;
  };
  const some = (elements, tell) => [...new Set(elements.map(tell))].filter(Boolean).slice(0, 8);

  const api = {
    // Whether a chat is to be seen here; `input` describes where one types.
    look(options) {
      const input = inputOf(options);
      return { input: input && described(input), guess: !options.input, messages: messageItems(options).length };
    },
    find: (selector) => seenOf(selector)[0] || null,
    count: (selector) => query(selector).length,
    input: (options) => inputOf(options),
    typed: (options) => { const one = inputOf(options); return one ? (one.value ?? one.innerText).trim() : ""; },
    sender(options) {
      const input = inputOf(options);
      const likely = seenOf(BUTTONS).filter((one) => !disabled(one) && (one.type === "submit" || /send|submit|senden|enviar|envoyer/i.test([titleOf(one), one.className, one.id, one.getAttribute("aria-label"), one.title].join(" "))));
      for (let around = input; around; around = parentOf(around)) { const one = likely.find((each) => contains(around, each)); if (one) return one; }
      return null;
    },
    launcher() {
      const told = (one) => [titleOf(one), one.id, one.getAttribute("class"), one.getAttribute("aria-label"), one.title].join(" ");
      const fixed = (one) => { for (let at = one; at; at = parentOf(at)) if (getComputedStyle(at).position === "fixed") return 2; return 0; };
      const score = (one) => (/chat|message us|launcher|messenger|talk to|assistant/i.test(told(one)) ? 2 : /help|support|bot/i.test(told(one)) ? 1 : -1) + fixed(one);
      const ranked = seenOf(BUTTONS + ", [class*=launcher i]").map((one) => [score(one), one]).sort((a, b) => b[0] - a[0]);
      return ranked.length && ranked[0][0] >= 1 ? ranked[0][1] : null;
    },
    // Before the user speaks: what came late since the last turn is not the answer to come.
    begin(options, args) {
      turnTo(options, args);
      const now = snapshot(options, args);
      state.late = now.news.filter((one) => one.who !== "user").length;
      state.errors = new WeakMap(seenOf('[role=alert], [class*="error" i]').map((one) => [one, textOf(one, options)]));
      const input = inputOf(options);
      return { input: Boolean(input), disabled: Boolean(input) && Boolean(disabled(input)) };
    },
    offer(options, args, title, payload) {
      const now = snapshot(options, args).offered;
      const all = [...now, ...candidates(options).map((element) => ({ element, title: titleOf(element), payload: null })).reverse()];
      const exact = now.find((one) => one.title === title && (one.payload ?? null) === payload);
      return (exact || all.find((one) => one.title === title) || { element: null }).element;
    },
    atRest(options) { for (const one of typing(options)) state.rest.add(one); },
    // Resolves when nothing has changed for `quiet` ms and nobody types, at the latest after `slice` ms.
    async settle(options, args) {
      turnTo(options, args);
      const began = performance.now();
      for (;;) {
        const now = snapshot(options, args);
        const told = now.news.filter((one) => one.who !== "user");
        const titles = JSON.stringify(now.offered.map((one) => one.title));
        if (titles === "[]") state.absent = true;
        const answered = told.length > state.late || (titles !== "[]" && (titles !== state.base || state.absent)) || now.ended;
        const sig = JSON.stringify([now.news.map((one) => one.text), titles, now.typing.length, now.ended]);
        const time = performance.now();
        if (sig !== state.sig) Object.assign(state, { sig, changed: time });
        const quiet = time - state.changed;
        const settled = quiet >= args.quiet && !now.typing.length && (answered || !args.need);
        if (settled || time - began >= args.slice) {
          state.last = now.items;
          state.offered = now.offered;
          const errors = seenOf('[role=alert], [class*="error" i]').filter((one) => state.errors.get(one) !== textOf(one, options));
          return {
            shown: now.items.map((one) => one.text),
            settled, answered, quiet, typing: now.typing.length > 0, ended: now.ended,
            news: now.news.map((one) => ({ who: one.who, text: one.text, error: Boolean(one.error) })),
            options: now.offered.map(({ title, payload }) => ({ title, payload })),
            errors: some(errors.map((one) => textOf(one, options)), (text) => text),
            changed: pageText() !== state.page,
            there: now.items.length > 0 || Boolean(inputOf(options)),
          };
        }
        await sleep(50);
      }
    },
    // For a person who has to mend a selector.
    inventory: () => ({
      title: document.title,
      inputs: some(seenOf(INPUTS), described),
      buttons: some(seenOf(BUTTONS), (one) => titleOf(one).slice(0, 40) || described(one)),
      messages: some(seenOf(NAMED), described),
      frames: some(query("iframe"), (one) => described(one)),
      text: flat(pageText()).slice(0, 1500),
    }),
  };
  globalThis[KEY] = (name, ...told) => {
    known = null;
    return api[name](...told);
  };
})();
