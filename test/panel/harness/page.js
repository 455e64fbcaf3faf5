// Runs in the harness page before the panel: plays the editor's side of a webview.
(() => {
  const sent = [];
  let saved = JSON.parse(sessionStorage.getItem('state') ?? 'null');
  /** Requests whose answer is on its way, and all that went to and fro. */
  let waiting = 0;
  let moved = 0;
  const post = (message) => window.dispatchEvent(new MessageEvent('message', { data: message }));
  window.harness = {
    sent,
    post,
    snapshot: (snapshot) => post({ kind: 'snapshot', snapshot }),
    /** Replies by request kind: {ok, value} | {ok: false, error} | 'never'. */
    replies: {},
    theme({ variables, bodyClass }) {
      document.documentElement.removeAttribute('style');
      for (const [name, value] of variables) document.documentElement.style.setProperty(name, value);
      document.body.className = bodyClass;
    },
    kinds: () => sent.map((message) => message.request.kind),
    /** Two frames and a little in which nothing went to and fro: what the last answer asked for is answered and drawn as well. */
    async settled() {
      let before;
      do {
        before = moved;
        await new Promise((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60))),
        );
      } while (waiting > 0 || moved !== before);
    },
    /** Elements whose text is cut, or that reach out of the page, or whose text boxes lie over each other. */
    faults() {
      const faults = [];
      const width = document.documentElement.clientWidth;
      const name = (element) =>
        `${element.tagName.toLowerCase()}.${String(element.className?.baseVal ?? element.className)} "${(element.textContent ?? '').trim().slice(0, 40)}"`;
      if (document.documentElement.scrollWidth > width)
        faults.push(`page scrolls sideways: ${document.documentElement.scrollWidth} > ${width}`);
      const texts = [];
      for (const element of document.querySelectorAll('#stepbench *')) {
        if (element.closest('.scroll, .hidden, .viewport, [aria-hidden=true]')) continue;
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height === 0) continue;
        const style = getComputedStyle(element);
        const cuts = style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll';
        if (
          cuts &&
          element.scrollWidth > element.clientWidth + 1 &&
          !element.title &&
          !element.closest('[title]') &&
          element.textContent
        )
          faults.push(`cut: ${name(element)}`);
        if (box.right > width + 1) faults.push(`out of the page: ${name(element)}`);
        for (const child of element.childNodes) {
          if (child.nodeType !== Node.TEXT_NODE || !child.data.trim()) continue;
          const range = document.createRange();
          range.selectNodeContents(child);
          for (const rect of range.getClientRects()) texts.push({ element, rect });
        }
      }
      texts.sort((a, b) => a.rect.top - b.rect.top);
      for (let i = 0; i < texts.length; i++) {
        for (let j = i + 1; j < texts.length && texts[j].rect.top < texts[i].rect.bottom - 2; j++) {
          const [a, b] = [texts[i].rect, texts[j].rect];
          const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
          if (across > 2 && down > 3 && texts[i].element !== texts[j].element)
            faults.push(`overlap: ${name(texts[i].element)} / ${name(texts[j].element)}`);
        }
      }
      return [...new Set(faults)];
    },
    /** Feeds snapshots at ten a second for `ms`, counts frames and the longest one. */
    async storm(snapshots, ms) {
      const frames = [];
      let last = performance.now();
      const end = last + ms;
      let next = 0;
      const timer = setInterval(() => this.snapshot(snapshots[next++ % snapshots.length]), 100);
      await new Promise((resolve) => {
        const tick = (now) => {
          frames.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(tick);
          else resolve();
        };
        requestAnimationFrame(tick);
      });
      clearInterval(timer);
      frames.sort((a, b) => a - b);
      const memory = performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0;
      return {
        framesPerSecond: frames.length / (ms / 1000),
        p95FrameMs: frames[Math.floor(frames.length * 0.95)],
        longestFrameMs: frames.at(-1),
        heapMb: memory,
      };
    },
  };
  window.acquireVsCodeApi = () => ({
    postMessage(message) {
      sent.push(message);
      moved++;
      const { kind } = message.request;
      const reply = window.harness.replies[kind] ?? { ok: true };
      if (reply === 'never') return;
      waiting++;
      setTimeout(() => {
        waiting--;
        moved++;
        post({ kind: 'reply', id: message.id, result: reply });
      }, 5);
    },
    getState: () => saved,
    setState(state) {
      saved = state;
      sessionStorage.setItem('state', JSON.stringify(state));
    },
  });
})();
