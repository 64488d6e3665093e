namespace EdgeDePin.Execution;

/// <summary>
/// What a task does: a pure function. Equal inputs give equal bytes on every node; it reads no clock, no file and no chance.
/// Long loops look at the token.
/// </summary>
public delegate byte[] TaskFunction(TaskInput input, CancellationToken cancellationToken);

/// <summary>A kind of task that this node can run.</summary>
/// <param name="Lendable">
/// Whether a neighbour may run it: heavy enough to be worth the transfer, and bit-equal on every processor, because results
/// are compared by digest.
/// </param>
/// <param name="Fuel">
/// What a run burnt, from its output: the same wherever it runs, so that neighbours can bill by it. Null for kinds that do not count.
/// </param>
public sealed record TaskDefinition(TaskKind Kind, TaskFunction Run, bool Lendable, Func<byte[], long>? Fuel = null);
