import type { ElementNode, Handlers, Props, VNode, WidgetHandle } from './vnode';

/** A vnode and the DOM it stands for. */
interface Mounted {
  node: VNode;
  readonly dom: Element | Text;
  children: Mounted[];
  /** Of a memo. */
  inner?: Mounted;
  /** Of a widget. */
  handle?: WidgetHandle<unknown>;
  listener?: Listener;
}

/** One listener object an element: what it calls is looked up when the event comes, so handlers can change freely. */
class Listener {
  handlers: Handlers = {};
  private readonly types = new Set<string>();

  listen(element: Element, handlers: Handlers): void {
    this.handlers = handlers;
    for (const type of Object.keys(handlers)) {
      if (this.types.has(type)) continue;
      this.types.add(type);
      // Wheel and touch would otherwise be passive, and zooming could not keep the page from scrolling.
      element.addEventListener(type, this, { passive: false });
    }
  }

  handleEvent(event: Event): void {
    this.handlers[event.type]?.(event);
  }
}

const svgNamespace = 'http://www.w3.org/2000/svg';
const special = new Set(['key', 'class', 'style', 'on', 'prop']);
const noHandlers: Handlers = {};

const setAttribute = (element: Element, name: string, value: unknown): void => {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : `${value as string | number}`);
};

const setProps = (mounted: Mounted, element: Element, before: Props, after: Props): void => {
  if (before.class !== after.class) setAttribute(element, 'class', after.class);
  for (const name of Object.keys(after)) {
    if (!special.has(name) && before[name] !== after[name]) setAttribute(element, name, after[name]);
  }
  for (const name of Object.keys(before)) {
    if (!special.has(name) && !(name in after)) element.removeAttribute(name);
  }
  if (before.style || after.style) {
    const { style } = element as HTMLElement;
    for (const [name, value] of Object.entries(after.style ?? {})) {
      if (before.style?.[name] !== value) style.setProperty(name, value);
    }
    for (const name of Object.keys(before.style ?? {}))
      if (after.style?.[name] === undefined) style.removeProperty(name);
  }
  for (const [name, value] of Object.entries(after.prop ?? {})) {
    const target = element as unknown as Record<string, unknown>;
    if (target[name] !== value) target[name] = value;
  }
  if (after.on || mounted.listener) {
    mounted.listener ??= new Listener();
    mounted.listener.listen(element, after.on ?? noHandlers);
  }
};

const createElement = (tag: string, svg: boolean): Element =>
  svg ? document.createElementNS(svgNamespace, tag) : document.createElement(tag);

const create = (node: VNode): Mounted => {
  switch (node.kind) {
    case 'text':
      return { node, dom: document.createTextNode(node.text), children: [] };
    case 'memo': {
      const inner = create(node.render());
      return { node, dom: inner.dom, children: [], inner };
    }
    case 'widget': {
      const dom = createElement(node.tag, false);
      const mounted: Mounted = { node, dom, children: [] };
      setProps(mounted, dom, {}, node.props);
      mounted.handle = node.mount(dom as HTMLElement, node.data);
      return mounted;
    }
    case 'element': {
      const dom = createElement(node.tag, node.svg);
      const mounted: Mounted = { node, dom, children: [] };
      for (const child of node.children) {
        const made = create(child);
        mounted.children.push(made);
        dom.append(made.dom);
      }
      // After the children: a dropdown takes its value only once its options are there.
      setProps(mounted, dom, {}, node.props);
      return mounted;
    }
  }
};

const destroy = (mounted: Mounted): void => {
  mounted.handle?.destroy();
  if (mounted.inner) destroy(mounted.inner);
  for (const child of mounted.children) destroy(child);
};

const sameKind = (a: VNode, b: VNode): boolean => {
  if (a.kind !== b.kind || a.key !== b.key) return false;
  if (a.kind === 'element') return a.tag === (b as ElementNode).tag;
  if (a.kind === 'widget') return a.tag === (b as typeof a).tag && a.mount === (b as typeof a).mount;
  return true;
};

/** Brings `mounted` to `node`; gives back what stands there now, which is another one where the kind changed. */
const update = (mounted: Mounted, node: VNode): Mounted => {
  const before = mounted.node;
  if (before === node) return mounted;
  if (!sameKind(before, node)) {
    const made = create(node);
    mounted.dom.replaceWith(made.dom);
    destroy(mounted);
    return made;
  }
  switch (node.kind) {
    case 'text':
      if ((before as typeof node).text !== node.text) (mounted.dom as Text).data = node.text;
      break;
    case 'memo': {
      const last = (before as typeof node).dependencies;
      if (
        last.length === node.dependencies.length &&
        last.every((value, index) => Object.is(value, node.dependencies[index]))
      ) {
        return mounted;
      }
      const inner = update(mounted.inner!, node.render());
      return { node, dom: inner.dom, children: [], inner };
    }
    case 'widget':
      setProps(mounted, mounted.dom as Element, (before as typeof node).props, node.props);
      if ((before as typeof node).data !== node.data) mounted.handle!.update(node.data);
      break;
    case 'element':
      updateChildren(mounted, node.children);
      setProps(mounted, mounted.dom as Element, (before as ElementNode).props, node.props);
      break;
  }
  mounted.node = node;
  return mounted;
};

const slot = (node: VNode, position: number): string => (node.key === undefined ? `#${position}` : `=${node.key}`);

const updateChildren = (parent: Mounted, nodes: readonly VNode[]): void => {
  const old = new Map<string, Mounted>();
  parent.children.forEach((child, position) => old.set(slot(child.node, position), child));
  const next = nodes.map((node, position) => {
    const name = slot(node, position);
    const known = old.get(name);
    if (!known) return create(node);
    old.delete(name);
    return update(known, node);
  });
  for (const gone of old.values()) {
    gone.dom.remove();
    destroy(gone);
  }
  // What is in place already is not touched: moving an element would take the focus out of it.
  let at = parent.dom.firstChild;
  for (const child of next) {
    if (child.dom === at) at = at.nextSibling;
    else parent.dom.insertBefore(child.dom, at);
  }
  parent.children = next;
};

/** Keeps `root`'s content equal to the last vnode it was given. */
export const createRenderer = (root: HTMLElement): ((node: VNode) => void) => {
  let mounted: Mounted | undefined;
  return (node) => {
    if (mounted) {
      mounted = update(mounted, node);
      return;
    }
    mounted = create(node);
    root.replaceChildren(mounted.dom);
  };
};
