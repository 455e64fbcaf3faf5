/**
 * The only module that knows `@vscode/webview-ui-toolkit` (archived upstream). To swap it, give these functions other
 * elements with the same events; nothing else in webview/ names a toolkit tag.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ElementNode, type Props } from './dom/vnode';

/** Defines the custom elements; once, before the first render. */
export const registerControls = (): void => {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextArea(),
    vsCodeTextField(),
  );
};

/** The one filled button of a view. */
export const primaryButton = (label: string, onClick: () => void, props: Props = {}): ElementNode =>
  h('vscode-button', { appearance: 'primary', ...props, on: { click: onClick } }, label);

export const secondaryButton = (label: string, onClick: () => void, props: Props = {}): ElementNode =>
  h('vscode-button', { appearance: 'secondary', ...props, on: { click: onClick } }, label);

const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement).value;

export const textField = (value: string, onInput: (text: string) => void, props: Props = {}): ElementNode =>
  h('vscode-text-field', { ...props, prop: { value }, on: { input: (event) => onInput(valueOf(event)) } });

export const textArea = (value: string, onInput: (text: string) => void, props: Props = {}): ElementNode =>
  h('vscode-text-area', {
    resize: 'vertical',
    ...props,
    prop: { value },
    on: { input: (event) => onInput(valueOf(event)) },
  });

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const dropdown = (
  choices: readonly Choice[],
  value: string,
  onChange: (value: string) => void,
  props: Props = {},
): ElementNode =>
  h(
    'vscode-dropdown',
    { ...props, prop: { value }, on: { change: (event) => onChange(valueOf(event)) } },
    choices.map((choice) =>
      h('vscode-option', { key: choice.value, value: choice.value, selected: choice.value === value }, choice.label),
    ),
  );

export const progressRing = (label: string): ElementNode =>
  h('vscode-progress-ring', { 'aria-label': label, class: 'ring' });
