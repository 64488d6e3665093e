namespace EdgeDePin.Deployment.Manifests;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing needs to change.</summary>
    Note,

    /// <summary>It will run, with a risk that the remedy removes.</summary>
    Warning,

    /// <summary>The service or the device's runtime refuses it, or it cannot work, or it gives a module the whole device.</summary>
    Error,
}

/// <summary>Something about a manifest that its writer should know.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Rule">Short name of the rule, stable, for filters.</param>
/// <param name="Path">JSON path in the merged manifest.</param>
/// <param name="Origin">File and line that it comes from.</param>
/// <param name="Value">What stands there, shortened; never a secret.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record Finding(
    Severity Severity, string Rule, string Path, Origin? Origin, string Value, string Problem, string Remedy)
{
    public override string ToString() =>
        $"{(Origin is null ? "" : $"{Origin} ")}{Severity.ToString().ToLowerInvariant()} {Rule}: {Path} {(Value.Length > 0 ? $"is {Value}: " : "")}{Problem} {Remedy}";
}
