// What the XML of a WIM says about the Windows in an image: the WINDOWS block that Setup and DISM read. A property is there
// only when its source is.
import type { WimXmlImage } from '../wim/wim-xml-image.ts';
import { setText, type XmlElement, xmlElement } from '../wim/xml-tree.ts';
import { architectureNumbers, type WindowsInstallation } from './windows-installation.ts';

/** Describes the Windows in an image: the WINDOWS block, FLAGS, and the texts that Setup shows. */
export function setWindowsXml(image: WimXmlImage, windows: WindowsInstallation): void {
  image.setWindows(windowsElement(windows));
  if (windows.editionId !== undefined) image.setText('FLAGS', windows.editionId);
  const shown = displayName(windows);
  if (shown === undefined) return;
  image.setText('DISPLAYNAME', shown);
  image.setText('DISPLAYDESCRIPTION', shown);
}

/** The first build of Windows 11, whose registry still names Windows 10. */
const FIRST_WINDOWS_11 = 22000;

/** The product name as people know it. */
export function displayName(windows: WindowsInstallation): string | undefined {
  const { productName, productType, version } = windows;
  const isEleven = productType === 'WinNT' && version.major === 10 && version.build >= FIRST_WINDOWS_11;
  return isEleven ? productName?.replace(/^Windows 10\b/, 'Windows 11') : productName;
}

/** The WINDOWS block, in the order Microsoft writes. PRODUCTNAME is that of the kernel's version resource, as there. */
export function windowsElement(windows: WindowsInstallation): XmlElement {
  const { version, details, productSuite } = windows;
  const branch = version.major >= 10 ? /^\d+\.([^.]+)/.exec(details.BuildLab ?? '')?.[1] : undefined;
  return element('WINDOWS', [
    leaf('ARCH', architectureNumbers[windows.architecture]),
    leaf('PRODUCTNAME', details.KernelProductName ?? windows.productName),
    leaf('EDITIONID', windows.editionId),
    leaf('INSTALLATIONTYPE', windows.installationType),
    servicingData(details),
    leaf('HAL', windows.hal),
    leaf('PRODUCTTYPE', windows.productType),
    leaf('PRODUCTSUITE', productSuite[0]),
    languagesElement(windows),
    element('VERSION', [
      leaf('MAJOR', version.major),
      leaf('MINOR', version.minor),
      leaf('BUILD', version.build),
      leaf('SPBUILD', windows.servicePackBuild),
      leaf('SPLEVEL', windows.servicePackLevel),
      leaf('BRANCH', branch),
    ]),
    leaf('SYSTEMROOT', windows.systemRoot.slice(windows.systemRoot.lastIndexOf('\\') + 1).toUpperCase()),
  ]);
}

function servicingData(details: WindowsInstallation['details']): XmlElement | undefined {
  const { GDRDURevision, PKeyConfigVersion, ImageState } = details;
  // The registry of Windows 7 and older has an image state, but their XML has no such block.
  if (GDRDURevision === undefined && PKeyConfigVersion === undefined) return undefined;
  return element('SERVICINGDATA', [
    leaf('GDRDUREVISION', GDRDURevision),
    leaf('PKEYCONFIGVERSION', PKeyConfigVersion),
    leaf('IMAGESTATE', ImageState),
  ]);
}

function languagesElement({ languages, defaultLanguage }: WindowsInstallation): XmlElement | undefined {
  if (languages.length === 0) return undefined;
  return element('LANGUAGES', [
    ...languages.map((language) => leaf('LANGUAGE', language)),
    leaf('DEFAULT', defaultLanguage),
  ]);
}

function element(name: string, children: readonly (XmlElement | undefined)[]): XmlElement {
  return xmlElement(
    name,
    children.filter((child) => child !== undefined),
  );
}

function leaf(name: string, value: string | number | undefined): XmlElement | undefined {
  if (value === undefined) return undefined;
  const made = xmlElement(name);
  setText(made, String(value));
  return made;
}
