/** A flip as lines for a person: what to do, in order, with what each does besides. No colour. */
export function renderFlip(flip) {
    if (flip.kind === 'none')
        return [`nothing smaller changes the answer: ${flip.because}`];
    const head = { allow: 'to allow it', deny: 'to take it away' }[flip.to];
    const [only] = flip.changes;
    const isOne = flip.changes.length === 1 && only !== undefined;
    const lines = isOne
        ? [`${head}: ${only.text}`]
        : [`${head}:`, ...flip.changes.map((change, i) => `  ${i + 1}. ${change.text}`)];
    const warnings = flip.changes.flatMap(({ warning }) => warning ?? []);
    return [...lines, ...[...new Set(warnings)].map((warning) => `  warning: ${warning}`)];
}
