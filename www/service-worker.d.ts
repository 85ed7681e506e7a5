/** Put in the place of this name by scripts/precache.mjs. */
declare const BUILD: { build: string; files: string[]; onUse: string[] };
