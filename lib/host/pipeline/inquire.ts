// -ErrorAction Inquire and its siblings: a message stops the command until somebody says whether it goes on.
import { HostError, PipelineStopped } from '../host-error.ts';

/** What somebody answered to a message: go on, go on without asking again, or end the command. */
export type InquireAnswer = 'yes' | 'yesToAll' | 'halt';

/**
 * Asks whether a command goes on after a message. It returns only with the answer, because the command must not do
 * anything before; throws when there is nobody to ask.
 */
export type Inquire = (message: string) => InquireAnswer;

/** What asking does where there is no terminal. */
export const nobodyToAsk: Inquire = (message) => {
  throw new HostError(
    'NoConfirmation',
    `Nobody can be asked without a terminal whether to go on after this: ${message} Use Continue or Stop instead of Inquire.`,
  );
};

/** Asks for one command: after "Yes to All" no more. Gives false when the command is to end. */
export function makeInquiry(inquire: Inquire | undefined, signal: AbortSignal): (message: string) => boolean {
  let toAll = false;
  return (message) => {
    if (toAll) return true;
    if (signal.aborted) throw new PipelineStopped();
    const answer = (inquire ?? nobodyToAsk)(message);
    toAll = answer === 'yesToAll';
    return answer !== 'halt';
  };
}
