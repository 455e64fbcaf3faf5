/**
 * Arrow keys among items of one group: one of them is in the tab order (`tabindex` 0), the others are reached by arrows,
 * Home and End. An item carries its key in `data-rove`; the group is its nearest ancestor with a role or `data-rove-group`.
 */
const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The item to go to, or null where the key means nothing here. Ends are joined. */
export const roveTarget = (keys: readonly string[], current: string, pressed: string): string | null => {
  if (keys.length === 0) return null;
  if (pressed === 'Home') return keys[0]!;
  if (pressed === 'End') return keys.at(-1)!;
  const step = steps[pressed];
  if (step === undefined) return null;
  const at = Math.max(0, keys.indexOf(current));
  return keys[(at + step + keys.length) % keys.length]!;
};

/** A keydown handler for an item: moves the focus and says where it went. */
export const roveKeys =
  (arrived: (key: string) => void) =>
  (event: Event): void => {
    const { key } = event as KeyboardEvent;
    const item = event.currentTarget as HTMLElement;
    const group = item.closest('[data-rove-group], [role=radiogroup], [role=tablist]');
    if (!group) return;
    const items = [...group.querySelectorAll<HTMLElement>('[data-rove]')];
    const target = roveTarget(
      items.map((other) => other.dataset.rove!),
      item.dataset.rove!,
      key,
    );
    if (target === null) return;
    event.preventDefault();
    items.find((other) => other.dataset.rove === target)?.focus();
    arrived(target);
  };

/** `tabindex` of an item: the current one's, or the first one's where the current is not among them any more. */
export const roveIndex = (keys: readonly string[], current: string | undefined, key: string): '0' | '-1' => {
  const at = current !== undefined && keys.includes(current) ? current : keys[0];
  return key === at ? '0' : '-1';
};
