namespace EdgeDePin.Deployment.Checkup;

/// <summary>What a check found.</summary>
public enum Verdict
{
    Good,

    /// <summary>There is nothing to check here, such as a bus that nobody uses.</summary>
    Skipped,

    /// <summary>It works, and will not for ever.</summary>
    Warning,

    /// <summary>It does not work, or readings are in danger.</summary>
    Bad,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Check">Short stable name, such as <c>clock</c>.</param>
/// <param name="Verdict">How it is.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Remedy">What to do; empty if nothing.</param>
public sealed record CheckResult(string Check, Verdict Verdict, string Detail, string Remedy = "")
{
    public override string ToString() => $"{Verdict.ToString().ToLowerInvariant(),-8}{Check}: {Detail}{(Remedy.Length > 0 ? $" {Remedy}" : "")}";
}
