using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Does the manifest have the form that the published schema asks for?</summary>
internal static class FormRules
{
    /// <summary>The schema refuses it.</summary>
    public const string Schema = "schema";

    /// <summary>The schema refuses it, the runtime reads it.</summary>
    public const string Extension = "schema-extension";

    public static IEnumerable<Finding> Check(Manifest manifest)
    {
        JsonObject root = manifest.Root;
        foreach (Shape.Difference difference in Shape.Differences(DeploymentShape.Whole, root, JsonPath.Root))
        {
            yield return new Finding(
                difference.Extension is null ? Severity.Error : Severity.Note, difference.Extension is null ? Schema : Extension,
                difference.Path, manifest.Origins.Of(difference.Node), Shown.Value(difference.Path, difference.Node), difference.Problem, difference.Remedy);
        }
    }
}
