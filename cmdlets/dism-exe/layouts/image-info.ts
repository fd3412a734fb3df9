// /Get-ImageInfo: the images of a file, and one image.
import { type DismRecord, type Field, field, type Layout, listLines, listOf, plain } from './layout.ts';
import { byteCount, imageTime, yesNo } from './wording.ts';

/** What an image does not say. */
const undefinedText = '<undefined>';
const known = (show: (value: unknown) => string) => (value: unknown) => show(value) || undefinedText;

const basic: readonly Field[] = [
  field('Index', 'ImageIndex'),
  field('Name', 'ImageName', known(plain)),
  field('Description', 'ImageDescription', known(plain)),
  field('Size', 'ImageSize', byteCount),
];

/** The record has Major.Minor.Build.SPBuild; DISM.exe shows the last part on a line of its own. */
const versionOf = (value: unknown): string => plain(value).split('.').slice(0, 3).join('.') || undefinedText;

const detailed: readonly Field[] = [
  ...basic,
  field('WIM Bootable', 'WIMBoot', yesNo),
  field('Architecture', 'Architecture', known(plain)),
  field('Hal', 'Hal', known(plain)),
  field('Version', 'Version', versionOf),
  field('ServicePack Build', 'SPBuild', known(plain)),
  field('ServicePack Level', 'SPLevel', known(plain)),
  field('Edition', 'EditionId', known(plain)),
  field('Installation', 'InstallationType', known(plain)),
  field('ProductType', 'ProductType', known(plain)),
  field('ProductSuite', 'ProductSuite', known(plain)),
  field('System Root', 'SystemRoot', known(plain)),
  field('Directories', 'DirectoryCount'),
  field('Files', 'FileCount'),
  field('Created', 'CreatedTime', known(imageTime)),
  field('Modified', 'ModifiedTime', known(imageTime)),
];

function languageLines(record: DismRecord): string[] {
  const languages = Array.isArray(record.Languages) ? record.Languages.map(String) : [];
  if (languages.length === 0) return [`Languages : ${undefinedText}`];
  const lines = languages.map((name, at) => `\t${name}${at === record.DefaultLanguageIndex ? ' (Default)' : ''}`);
  return ['Languages :', ...lines, ''];
}

const heading: Layout['heading'] = (context) => [`Details for image : ${context.valueOf('ImageFile')}`, ''];

export const imageList: Layout = { heading, record: listOf(basic) };
export const imageDetails: Layout = {
  heading,
  record: (record) => [...listLines(detailed, record), ...languageLines(record)],
};
