import { cloudFormationTemplate, machineTemplate, mostTemplateBytes, type TemplateSource } from './template';

/** One template of those that make up an experiment's systems. */
export interface TemplatePart {
  /** Empty for the first, then `machines`, or `machines-1` and on. */
  readonly suffix: string;
  readonly text: string;
  readonly bytes: number;
}

const part = (suffix: string, template: object): TemplatePart => {
  const text = JSON.stringify(template);
  return { suffix, text, bytes: Buffer.byteLength(text) };
};

/**
 * Everything as one template where CreateStack takes that much as a body, else as several, to be created in their order: first the
 * functions, tables, topics and gateway, then the state machines, as many workflows in each as fit. Pure.
 */
export const templateParts = (source: TemplateSource): readonly TemplatePart[] => {
  const whole = part('', cloudFormationTemplate(source));
  if (whole.bytes <= mostTemplateBytes || Object.keys(source.workflows).length === 0) return [whole];
  const groups: Record<string, string>[] = [];
  for (const [name, text] of Object.entries(source.workflows)) {
    const group = groups.at(-1);
    const more = { ...group, [name]: text };
    const fits = part('', machineTemplate({ ...source, workflows: more })).bytes <= mostTemplateBytes;
    if (group && fits) group[name] = text;
    else groups.push({ [name]: text });
  }
  return [
    part('', cloudFormationTemplate({ ...source, workflows: {} })),
    ...groups.map((workflows, i) =>
      part(groups.length === 1 ? 'machines' : `machines-${i + 1}`, machineTemplate({ ...source, workflows })),
    ),
  ];
};
