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
public sealed record TaskDefinition(TaskKind Kind, TaskFunction Run, bool Lendable);
