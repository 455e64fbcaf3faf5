/** As much of a DOM as the renderer uses, so that its moves and writes can be counted without a browser. */
export interface Counted {
  inserts: number;
  writes: number;
}

export class FakeNode {
  parent: FakeElement | null = null;
  get nextSibling(): FakeNode | null {
    const siblings = this.parent?.children ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  remove(): void {
    if (!this.parent) return;
    this.parent.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  replaceWith(other: FakeNode): void {
    const { parent } = this;
    parent!.insertBefore(other, this);
    this.remove();
  }
}

export class FakeText extends FakeNode {
  constructor(
    private text: string,
    private readonly counted: Counted,
  ) {
    super();
  }
  get data(): string {
    return this.text;
  }
  set data(text: string) {
    this.counted.writes++;
    this.text = text;
  }
}

export class FakeElement extends FakeNode {
  readonly children: FakeNode[] = [];
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, { handleEvent(event: unknown): void }>();
  readonly styles = new Map<string, string>();
  readonly style = {
    setProperty: (name: string, value: string) => this.styles.set(name, value),
    removeProperty: (name: string) => this.styles.delete(name),
  };
  constructor(
    readonly tag: string,
    readonly namespace: string | null,
    private readonly counted: Counted,
  ) {
    super();
  }
  get firstChild(): FakeNode | null {
    return this.children[0] ?? null;
  }
  setAttribute(name: string, value: string): void {
    this.counted.writes++;
    this.attributes.set(name, value);
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  addEventListener(type: string, listener: { handleEvent(event: unknown): void }): void {
    if (this.listeners.has(type)) throw new Error(`a second listener for ${type}`);
    this.listeners.set(type, listener);
  }
  append(child: FakeNode): void {
    this.insertBefore(child, null);
  }
  insertBefore(child: FakeNode, before: FakeNode | null): void {
    this.counted.inserts++;
    child.remove();
    const at = before ? this.children.indexOf(before) : this.children.length;
    this.children.splice(at, 0, child);
    child.parent = this;
  }
  replaceChildren(child: FakeNode): void {
    for (const old of [...this.children]) old.remove();
    this.append(child);
  }
  fire(type: string): void {
    this.listeners.get(type)?.handleEvent({ type });
  }
  get text(): string {
    return this.children
      .map((child) => (child instanceof FakeText ? child.data : (child as FakeElement).text))
      .join('');
  }
}

export const fakeDocument = (counted: Counted) => ({
  createElement: (tag: string) => new FakeElement(tag, null, counted),
  createElementNS: (namespace: string, tag: string) => new FakeElement(tag, namespace, counted),
  createTextNode: (text: string) => new FakeText(text, counted),
});
