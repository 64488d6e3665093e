using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Execution;

internal static class Records
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ExecutionRecord Any(
        double seconds = 1, NodeId? worker = null, ExecutionOutcome outcome = ExecutionOutcome.Succeeded, TaskKind? kind = null) => new()
        {
            RunId = "run",
            Graph = "graph",
            Task = "task",
            Kind = kind ?? Graphs.Kind,
            Attempt = 1,
            Priority = 0,
            Dependencies = 0,
            ReadyAt = Noon,
            StartedAt = Noon,
            EndedAt = Noon.AddSeconds(seconds),
            RunTime = TimeSpan.FromSeconds(seconds),
            Lane = 0,
            Node = "here",
            Worker = "here",
            WorkerId = worker,
            Outcome = outcome,
            InputBytes = 1,
            PredictedSeconds = 1,
            EstimateSamples = 0,
            Verification = Verification.Local,
        };
}
