/**
 * What a view returns: a plain description of elements, so that views are pure functions and can be tested without a
 * browser. `patch.ts` turns it into DOM. Text is only ever a text node: nothing here can carry markup.
 */
export type Attribute = string | number | boolean | null | undefined;
export type Handlers = Readonly<Record<string, ((event: Event) => void) | undefined>>;

export interface Props {
  /** Identity among its siblings; without one, the position counts. */
  readonly key?: string;
  readonly class?: string;
  /** Set through the CSSOM, which a strict content security policy allows. */
  readonly style?: Readonly<Record<string, string>>;
  readonly on?: Handlers;
  /** DOM properties, set only when they differ from what the element holds. */
  readonly prop?: Readonly<Record<string, unknown>>;
  /** Everything else is an attribute: `true` is an empty one, `false`, null and undefined take it away. */
  readonly [attribute: string]: unknown;
}

export interface ElementNode {
  readonly kind: 'element';
  readonly tag: string;
  readonly svg: boolean;
  readonly key?: string;
  readonly props: Props;
  readonly children: readonly VNode[];
}

export interface TextNode {
  readonly kind: 'text';
  readonly key?: undefined;
  readonly text: string;
}

/** A subtree that is left alone while its dependencies are the same (by identity). */
export interface MemoNode {
  readonly kind: 'memo';
  readonly key?: string;
  readonly dependencies: readonly unknown[];
  readonly render: () => ElementNode;
}

export interface WidgetHandle<Data> {
  update(data: Data): void;
  destroy(): void;
}

/** An element whose inside belongs to something else (a canvas, a library); it is told of new data. */
export interface WidgetNode {
  readonly kind: 'widget';
  readonly key?: string;
  readonly tag: string;
  readonly props: Props;
  readonly data: unknown;
  readonly mount: (element: HTMLElement, data: unknown) => WidgetHandle<unknown>;
}

export type VNode = ElementNode | TextNode | MemoNode | WidgetNode;
export type Child = VNode | string | number | false | null | undefined | readonly Child[];

const flatten = (children: readonly Child[], into: VNode[]): VNode[] => {
  for (const child of children) {
    if (child === false || child === null || child === undefined) continue;
    if (typeof child === 'string' || typeof child === 'number') into.push({ kind: 'text', text: String(child) });
    else if (Array.isArray(child)) flatten(child as readonly Child[], into);
    else into.push(child as VNode);
  }
  return into;
};

/** An HTML element. */
export const h = (tag: string, props: Props = {}, ...children: Child[]): ElementNode => ({
  kind: 'element',
  tag,
  svg: false,
  key: props.key,
  props,
  children: flatten(children, []),
});

/** An SVG element. */
export const s = (tag: string, props: Props = {}, ...children: Child[]): ElementNode => ({
  kind: 'element',
  tag,
  svg: true,
  key: props.key,
  props,
  children: flatten(children, []),
});

export const memo = (key: string, dependencies: readonly unknown[], render: () => ElementNode): MemoNode => ({
  kind: 'memo',
  key,
  dependencies,
  render,
});

export const widget = <Data>(
  tag: string,
  props: Props,
  data: Data,
  mount: (element: HTMLElement, data: Data) => WidgetHandle<Data>,
): WidgetNode => ({
  kind: 'widget',
  key: props.key,
  tag,
  props,
  data,
  // The handle is only ever given data of the vnode it was made from.
  mount: mount as WidgetNode['mount'],
});

/** The text a person would read in a subtree, pieces parted by a blank, hard blanks as plain ones and without joiners: for tests and for accessible summaries. */
export const textOf = (node: VNode): string => {
  switch (node.kind) {
    case 'text':
      return node.text.replaceAll('\u00a0', ' ').replaceAll('\u2060', '');
    case 'memo':
      return textOf(node.render());
    case 'widget':
      return '';
    case 'element':
      return node.children
        .map(textOf)
        .filter((part) => part !== '')
        .join(' ');
  }
};

/** All elements of a subtree that pass, in document order. */
export const findAll = (node: VNode, passes: (element: ElementNode) => boolean): ElementNode[] => {
  if (node.kind === 'memo') return findAll(node.render(), passes);
  if (node.kind !== 'element') return [];
  return [...(passes(node) ? [node] : []), ...node.children.flatMap((child) => findAll(child, passes))];
};
