using EdgeDePin.Execution;
using EdgeDePin.Storage;

namespace EdgeDePin.Node;

/// <summary>How an execution record lies in the store: measurement <c>execution</c>, one point for each record that is reported.</summary>
public static class ExecutionPoints
{
    public const string Measurement = "execution";

    /// <param name="record">As the executor wrote it.</param>
    /// <param name="site">Tag <c>site</c>.</param>
    /// <param name="critical">Whether it is on the executed path that made its run as long as it was.</param>
    public static Point From(ExecutionRecord record, string site, bool critical)
    {
        List<Field> fields =
        [
            new("sequence", record.Sequence),
            new("run", FieldValue.String(record.RunId)),
            new("graph", FieldValue.String(record.Graph)),
            new("task", FieldValue.String(record.Task)),
            new("attempt", (long)record.Attempt),
            new("priority", (long)record.Priority),
            new("dependencies", (long)record.Dependencies),
            new("lane", (long)record.Lane),
            new("wait_ms", record.Wait.TotalMilliseconds),
            new("run_ms", record.RunTime.TotalMilliseconds),
            new("span_ms", (record.EndedAt - record.StartedAt).TotalMilliseconds),
            new("predicted_ms", record.PredictedSeconds * 1_000),
            new("estimate_samples", (long)record.EstimateSamples),
            new("input_bytes", (long)record.InputBytes),
            new("output_bytes", (long)record.OutputBytes),
            new("allocated_bytes", record.AllocatedBytes),
            new("critical", critical ? 1L : 0L),
            new("verification", FieldValue.String(record.Verification.ToString().ToLowerInvariant())),
        ];
        AddMilliseconds(fields, "cpu_ms", record.CpuTime);
        Add(fields, "cause", record.Cause);
        Add(fields, "requester", record.Requester?.Value);
        Add(fields, "worker_id", record.WorkerId?.Value);
        Add(fields, "input", record.Input?.ToString());
        Add(fields, "output", record.Output?.ToString());
        Add(fields, "runner_up", record.RunnerUp);
        AddMilliseconds(fields, "queue_ms", record.WorkerId is null ? null : record.Queue);
        AddMilliseconds(fields, "transfer_ms", record.WorkerId is null ? null : record.Transfer);
        AddMilliseconds(fields, "predicted_finish_ms", record.PredictedFinish - record.ReadyAt);
        AddMilliseconds(fields, "runner_up_finish_ms", record.RunnerUpFinish - record.ReadyAt);
        return new Point(
            Measurement,
            [
                new("site", site), new("node", record.Node), new("worker", record.Worker), new("kind", record.Kind.ToString()),
                new("outcome", record.Outcome.ToString().ToLowerInvariant()),
            ],
            fields,
            // Two executions of one kind may start within the same 100 ns; the sequence keeps their points apart.
            Point.InstantOf(record.StartedAt) + (record.Sequence % 100));
    }

    private static void Add(List<Field> fields, string key, string? text)
    {
        if (text is not null)
        {
            fields.Add(new Field(key, FieldValue.String(text)));
        }
    }

    private static void AddMilliseconds(List<Field> fields, string key, TimeSpan? span)
    {
        if (span is { } known)
        {
            fields.Add(new Field(key, known.TotalMilliseconds));
        }
    }
}
