// Version: `[version]'10.0.26100'`, two to four numbers.

/** A version number: `[version]'10.0.26100'`. */
export class Version {
  readonly Major: number;
  readonly Minor: number;
  readonly Build: number;
  readonly Revision: number;
  constructor(text: string) {
    const match = /^\s*(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/.exec(text);
    if (!match) throw new Error('not a version');
    this.Major = Number(match[1]);
    this.Minor = Number(match[2]);
    this.Build = Number(match[3] ?? -1);
    this.Revision = Number(match[4] ?? -1);
  }
  toString(): string {
    return [this.Major, this.Minor, this.Build, this.Revision].filter((part) => part >= 0).join('.');
  }
  /** Orders like the parts; each part is below 2^16 in practice, so one number holds them. */
  valueOf(): number {
    return ((this.Major * 65536 + this.Minor) * 65536 + this.Build + 1) * 65536 + this.Revision + 1;
  }
}
