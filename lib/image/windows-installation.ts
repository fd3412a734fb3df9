// What is known of the Windows in an image, found from its files and hives. `findWindows` fills it in.

/** PROCESSOR_ARCHITECTURE_*: the number that WIM XML and driver databases hold. */
export const architectureNumbers = { x86: 0, arm: 5, ia64: 6, amd64: 9, arm64: 12 } as const;
export type Architecture = keyof typeof architectureNumbers;

/** A Windows installation inside an image. Fields whose source is missing are absent. */
export interface WindowsInstallation {
  /** The Windows folder as the image spells it, such as `\Windows`. */
  readonly systemRoot: string;
  readonly architecture: Architecture;
  readonly version: {
    readonly major: number;
    readonly minor: number;
    readonly build: number;
    readonly revision: number;
  };
  /** EditionID: Professional, ServerStandard, WindowsPE. */
  readonly editionId?: string | undefined;
  /** InstallationType: Client, Server, Server Core, WindowsPE. */
  readonly installationType?: string | undefined;
  readonly productName?: string | undefined;
  /** WinNT, ServerNT or LanmanNT. */
  readonly productType?: string | undefined;
  /** The strings of ProductSuite. */
  readonly productSuite: readonly string[];
  readonly hal?: string | undefined;
  readonly servicePackBuild?: number | undefined;
  readonly servicePackLevel?: number | undefined;
  /** Names such as en-US. */
  readonly languages: readonly string[];
  readonly defaultLanguage?: string | undefined;
  /**
   * What is of interest now and then, by its registry names: CompositionEditionID, BuildLab, BuildLabEx, DisplayVersion,
   * ReleaseId, CSDVersion, PathName, SystemRoot, InstRoot (Windows PE), ImageState, GDRDURevision, PKeyConfigVersion,
   * OSProductPfn, OSProductContentId, GeneralizationState. ServicingStackVersion is the newest stack, KernelProductName
   * the product of the kernel's version resource.
   */
  readonly details: Readonly<Record<string, string>>;
  readonly isWindowsPE: boolean;
  /** The control set that is current, such as ControlSet001. */
  readonly controlSet: string;
}
