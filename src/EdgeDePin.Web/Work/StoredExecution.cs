namespace EdgeDePin.Web.Work;

/// <summary>Whose work was done on whose processor, seen from this node.</summary>
public enum Ownership
{
    /// <summary>Our task on our processor.</summary>
    Own,

    /// <summary>Our task on a neighbour's processor.</summary>
    Borrowed,

    /// <summary>A neighbour's task on our processor.</summary>
    Lent,
}

/// <summary>One execution record, as the store holds it.</summary>
/// <param name="Start">UTC.</param>
/// <param name="WaitMs">Ready until started, milliseconds.</param>
/// <param name="PredictedMs">What the estimate from earlier records said before the task ran.</param>
/// <param name="Cause">Why it ran where it ran.</param>
public sealed record StoredExecution(
    DateTimeOffset Start, string Worker, string Kind, string Outcome, string? Run, string? Task, int Attempt, int Priority,
    int Lane, double? WaitMs, double RunMs, double? PredictedMs, double? InputBytes, double? OutputBytes,
    string? Verification, string? Cause, string? Requester)
{
    public static readonly string[] Tags = ["worker", "kind", "outcome"];

    public static readonly string[] Fields =
    [
        "run", "task", "attempt", "priority", "lane", "wait_ms", "run_ms", "predicted_ms", "input_bytes", "output_bytes",
        "verification", "cause", "requester",
    ];

    public DateTimeOffset End => Start + TimeSpan.FromMilliseconds(RunMs);

    public static StoredExecution Of(Series series, object?[] row) => new(
        Series.Instant(row), series.Tag("worker"), series.Tag("kind"), series.Tag("outcome"), series.Text(row, "run"),
        series.Text(row, "task"), (int)(series.Number(row, "attempt") ?? 1), (int)(series.Number(row, "priority") ?? 0),
        (int)(series.Number(row, "lane") ?? 0), series.Number(row, "wait_ms"), series.Number(row, "run_ms") ?? 0,
        series.Number(row, "predicted_ms"), series.Number(row, "input_bytes"), series.Number(row, "output_bytes"),
        series.Text(row, "verification"), series.Text(row, "cause"), series.Text(row, "requester"));

    public Ownership OwnershipFor(string node) =>
        Worker.Length > 0 && Worker != node ? Ownership.Borrowed
        : Requester is not null && Requester != node ? Ownership.Lent
        : Ownership.Own;

    /// <summary>Outcomes are words of the executor; these two say that the output counts.</summary>
    public bool Succeeded => Outcome is "" ||
        Outcome.StartsWith("succe", StringComparison.OrdinalIgnoreCase) ||
        Outcome.StartsWith("complete", StringComparison.OrdinalIgnoreCase) ||
        Outcome.Equals("ok", StringComparison.OrdinalIgnoreCase);
}
