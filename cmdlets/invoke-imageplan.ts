// Invoke-ImagePlan: carries out a saved plan.
import { DismError } from '../lib/base/error.ts';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { extension, path } from '../lib/host/parameter.ts';
import type { ImageLocation } from '../lib/image/open-image-container.ts';
import { applyImagePlan } from '../lib/servicing/apply-image-plan.ts';
import { type PlannedTarget, readPlan, requireSameTarget } from '../lib/servicing/image-plan.ts';
import { openServicingTarget } from '../lib/servicing/open-servicing-target.ts';
import { engineLimits, logging } from './parameters.ts';
import { imageChange } from './records.ts';
import { carryOut, changeRecord, planOnly, servicingOptions } from './servicing-target.ts';

function locationOfPlan(target: PlannedTarget): ImageLocation {
  if (target.path !== '') return { path: target.path };
  const indexes = [...new Set(target.changes.map(({ imageIndex = 1 }) => imageIndex))].sort((a, b) => a - b);
  return { imagePath: target.imagePath, indexes, nestedImagePath: target.nestedImagePath || undefined };
}

/** The targets, at the place that was given instead. */
function movedTargets(
  targets: readonly PlannedTarget[],
  p: { readonly Path?: string | undefined; readonly ImagePath?: string | undefined },
): readonly PlannedTarget[] {
  if (p.Path === undefined && p.ImagePath === undefined) return targets;
  const [target] = targets;
  const isTree = target?.path !== '';
  if (target === undefined || targets.length > 1 || isTree !== (p.Path !== undefined) || (p.Path && p.ImagePath)) {
    const message = `The plan is for ${targets.length === 1 ? (isTree ? 'a directory: give -Path' : 'a WIM: give -ImagePath') : `${targets.length} targets, which cannot be moved`}.`;
    throw new DismError('InvalidParameter', message);
  }
  return [isTree ? { ...target, path: p.Path! } : { ...target, imagePath: p.ImagePath! }];
}

export default defineCmdlet({
  name: 'Invoke-ImagePlan',
  synopsis: 'Carries out changes of images that Export-ImagePlan has saved.',
  description:
    'A WIM must be the file that was planned for, unchanged since; every file and registry value must hold what it held ' +
    'then, and so must the local files that are copied. Anything else is refused, and the target stays as it is. ' +
    'All changes of a target are one commit.',
  impact: 'medium',
  parameters: {
    PlanPath: path({ help: 'The plan.', mandatory: true, pipeline: 'property', position: extension(0) }),
    Path: path({ help: 'The directory, when it is not where it was planned.' }),
    ImagePath: path({ help: 'The .wim file, when it is not where it was planned.' }),
    PlanOnly: planOnly,
    ...engineLimits,
    ...logging,
  },
  output: imageChange,
  examples: [
    {
      title: 'Carry out a plan on the file where it is now',
      command: 'Invoke-ImagePlan plan.json -ImagePath data.wim',
    },
  ],
  async *process(p, ctx) {
    for (const planned of movedTargets(await readPlan(p.PlanPath), p)) {
      const location = locationOfPlan(planned);
      await using target = await openServicingTarget(location, servicingOptions(p, ctx, 'folder'));
      // It is open for writing: nobody else can change it from now on.
      await requireSameTarget(planned);
      for (const session of target.sessions) {
        await applyImagePlan(
          session,
          planned.changes.filter(({ imageIndex }) => imageIndex === session.imageIndex),
        );
      }
      const changes = [];
      for await (const change of target.plan()) changes.push(changeRecord(change, location));
      if (p.PlanOnly || (await carryOut(target, ctx, 'Carry out the plan'))) yield* changes;
    }
  },
});
