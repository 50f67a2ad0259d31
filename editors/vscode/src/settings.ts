/** The settings that the server knows, as it is sent them at the beginning; later it asks for them itself. */

const SENT = ["enable", "configuration", "configurationPreference", "inlayHints", "codeLens"] as const;

export interface Section {
  get<T>(name: string): T | undefined;
}

export function settingsOf(section: Section): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const name of SENT) {
    const value = section.get<unknown>(name);
    if (value !== undefined && value !== null) {
      told[name] = value;
    }
  }
  return told;
}
