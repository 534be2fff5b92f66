/** Types of frames: four ASCII letters read as a big-endian number (specification, section 12). */
export const MESSAGE_TYPES = {
  SCST: 0x53435354,
  SCEN: 0x5343454e,
  SCPP: 0x53435050,
  SCRR: 0x53435252,
  EXIT: 0x45584954,
  SCDX: 0x53434458,
  TEST: 0x54455354,
  CRSH: 0x43525348,
  PMET: 0x504d4554,
  RAWO: 0x5241574f,
  PRAW: 0x50524157,
  WPRF: 0x57505246,
  SNRQ: 0x534e5251,
  SNRP: 0x534e5250,
  KORQ: 0x4b4f5251,
  KORP: 0x4b4f5250,
  SRDY: 0x53524459,
  KADR: 0x4b414452,
  SOUT: 0x534f5554,
  SERR: 0x53455252,
  SCLG: 0x53434c47,
  LIFE: 0x4c494645,
  EXCX: 0x45584358,
  DMSG: 0x444d5347,
  PROB: 0x50524f42,
  STIM: 0x5354494d,
} as const;

export type MessageTag = keyof typeof MESSAGE_TYPES;

/** The letters of a type, `0x41424344` gives `ABCD`; unknown types have letters too, others are shown as dots. */
export function messageTag(type: number): string {
  const letters = [24, 16, 8, 0].map((shift) => (type >>> shift) & 0xff);
  return letters.map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".")).join("");
}
