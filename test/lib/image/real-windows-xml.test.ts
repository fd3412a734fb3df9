// The WINDOWS blocks of real images: what they say is read, and what would be composed from the same facts is, element by
// element and in the same order, what Microsoft's tools wrote.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { architectureNumbers, type WindowsInstallation } from '../../../lib/image/windows-installation.ts';
import { windowsElement } from '../../../lib/image/windows-xml.ts';
import { WimXml } from '../../../lib/wim/wim-xml.ts';
import { findElement, textOf, type XmlElement } from '../../../lib/wim/xml-tree.ts';
import { describeWithCorpus } from '../../support/judges.ts';

/** Every text with its path, in order. */
function leaves(element: XmlElement, path = ''): string[] {
  const children = element.children.filter((node): node is XmlElement => node.kind === 'element');
  if (children.length === 0) return [`${path}=${textOf(element).trim()}`];
  return children.flatMap((child) => leaves(child, `${path}/${child.name}`));
}

/** The facts that a block was made from, found in its text alone. */
function factsOf(block: string): WindowsInstallation {
  const text = (name: string): string | undefined => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(block)?.[1];
  const number = (name: string): number => Number(text(name));
  const details = {
    KernelProductName: text('PRODUCTNAME'),
    GDRDURevision: text('GDRDUREVISION'),
    PKeyConfigVersion: text('PKEYCONFIGVERSION'),
    ImageState: text('IMAGESTATE'),
    BuildLab: text('BRANCH') === undefined ? undefined : `1.${text('BRANCH')}.1`,
  };
  const suite = text('PRODUCTSUITE');
  return {
    systemRoot: `\\${text('SYSTEMROOT')}`,
    architecture: (Object.keys(architectureNumbers) as (keyof typeof architectureNumbers)[]).find(
      (name) => architectureNumbers[name] === number('ARCH'),
    )!,
    version: { major: number('MAJOR'), minor: number('MINOR'), build: number('BUILD'), revision: number('SPBUILD') },
    editionId: text('EDITIONID'),
    installationType: text('INSTALLATIONTYPE'),
    productType: text('PRODUCTTYPE'),
    productSuite: suite === undefined ? [] : [suite],
    hal: text('HAL'),
    servicePackBuild: number('SPBUILD'),
    servicePackLevel: number('SPLEVEL'),
    languages: [...block.matchAll(/<LANGUAGE>([^<]+)<\/LANGUAGE>/g)].map((match) => match[1]!),
    defaultLanguage: text('DEFAULT'),
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >,
    isWindowsPE: false,
    controlSet: 'ControlSet001',
  };
}

describeWithCorpus('wim-xml', 'real XML of images', (root) => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.xml'));

  it.each(files)('%s', (path) => {
    const bytes = readFileSync(join(root, path));
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
    const xml = WimXml.parse(Buffer.from('\uFEFF' + text, 'utf16le'), path);
    expect(xml.images.length).toBeGreaterThan(0);
    for (const image of xml.images) {
      const element = findElement(image.element, 'WINDOWS');
      if (!element) continue;
      const source = text.slice(text.indexOf(`INDEX="${image.index}"`));
      const facts = factsOf(source.slice(source.indexOf('<WINDOWS>'), source.indexOf('</WINDOWS>')));
      const shown = image.windows!;
      expect(shown).toMatchObject({
        architecture: architectureNumbers[facts.architecture],
        editionId: facts.editionId ?? '',
        installationType: facts.installationType ?? '',
        productType: facts.productType ?? '',
        productSuite: facts.productSuite[0] ?? '',
        hal: facts.hal ?? '',
        languages: facts.languages,
        defaultLanguage: facts.defaultLanguage,
        majorVersion: facts.version.major,
        build: facts.version.build,
        spBuild: facts.servicePackBuild,
        spLevel: facts.servicePackLevel,
      });
      // Microsoft writes PRODUCTSUITE for Windows PE, too, where it is empty.
      const written = (of: XmlElement): string[] => leaves(of).filter((leaf) => !leaf.endsWith('='));
      expect(written(windowsElement(facts))).toEqual(written(element));
    }
  });
});
