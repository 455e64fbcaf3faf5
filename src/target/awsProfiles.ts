/** Names of the profiles in an AWS config and a credentials file, each once, `default` first. */
export const profileNames = (config: string, credentials: string): readonly string[] => {
  const names = new Set<string>();
  const section = /^\s*\[\s*([^\]]+?)\s*\]\s*(?:[#;].*)?$/gm;
  for (const match of config.matchAll(section)) {
    const name = match[1]!;
    if (name === 'default') names.add(name);
    // `sso-session` and `services` sections are no profiles.
    else if (/^profile\s/.test(name)) names.add(name.replace(/^profile\s+/, '').replace(/^["']|["']$/g, ''));
  }
  for (const match of credentials.matchAll(section)) names.add(match[1]!);
  return [...names].sort((a, b) => (a === 'default' ? -1 : b === 'default' ? 1 : a.localeCompare(b)));
};
