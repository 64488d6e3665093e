using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary>How findings are printed, and what they mean for the exit code.</summary>
internal static class FindingText
{
    /// <param name="to">Standard output, or standard error when something else is the answer.</param>
    public static void Print(TextWriter to, IEnumerable<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            to.WriteLine(finding);
        }
    }

    public static string Json(IEnumerable<Finding> findings) => new JsonArray([.. findings.Select(finding => new JsonObject
    {
        ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
        ["rule"] = finding.Rule,
        ["path"] = finding.Path,
        ["file"] = finding.Origin?.File,
        ["line"] = finding.Origin?.Line,
        ["value"] = finding.Value,
        ["problem"] = finding.Problem,
        ["remedy"] = finding.Remedy,
    })]).ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static int ExitCodeOf(IReadOnlyCollection<Finding> findings, bool strict) =>
        findings.Any(finding => finding.Severity >= (strict ? Severity.Warning : Severity.Error)) ? ExitCode.No : ExitCode.Done;

    public static string Sum(IReadOnlyCollection<Finding> findings) =>
        $"{findings.Count(finding => finding.Severity == Severity.Error)} errors, {findings.Count(finding => finding.Severity == Severity.Warning)} warnings, "
        + $"{findings.Count(finding => finding.Severity == Severity.Note)} notes";
}
