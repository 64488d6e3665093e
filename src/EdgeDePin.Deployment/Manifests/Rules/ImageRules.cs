using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests.Rules;

/// <summary>Which bytes will run, and do they run on this processor?</summary>
internal static class ImageRules
{
    private static readonly ImmutableArray<(string Word, string Platform)> Words =
    [
        ("arm64v8", "linux/arm64"), ("arm64", "linux/arm64"), ("aarch64", "linux/arm64"), ("arm32v7", "linux/arm/v7"),
            ("armhf", "linux/arm/v7"),
        ("amd64", "linux/amd64"), ("x86_64", "linux/amd64"), ("windows", "windows/amd64"), ("nanoserver", "windows/amd64"),
    ];

    public static IEnumerable<Finding> Check(Manifest manifest, string platform, ImagePins pins)
    {
        foreach (ModuleDeclaration module in ManifestModules.Of(manifest.Root))
        {
            if (module.Settings["image"] is not JsonValue value || !value.TryGetValue(out string? text))
            {
                continue;
            }

            string path = JsonPath.Child(JsonPath.Child(module.Path, "settings"), "image");
            Origin? origin = manifest.Origins.Of(value);
            if (module.Image is not { } image)
            {
                yield return new Finding(Severity.Error, "image-name", path, origin, Shown.Short(text),
                    text.Contains('$', StringComparison.Ordinal) ? "a variable is not filled." : "this is no image name.",
                        "Write registry/name:tag, in lower case.");
                continue;
            }

            if (image.ImageDigest is null && pins.IdOf(image) is null)
            {
                yield return image.Tag is null or "latest"
                    ? new Finding(Severity.Error, "image-tag", path, origin, text,
                        "nobody can say which version runs, and each device may run another.", "Name a version.")
                    : new Finding(Severity.Warning, "image-digest", path, origin, text, "a tag can be given to other bytes later.",
                        "Give --pins FILE when rendering, or add @sha256:….");
            }

            ImmutableArray<string> built = pins.Platforms(image);
            if (built.Length > 0 && !built.Contains(platform))
            {
                yield return new Finding(Severity.Error, "image-platform", path, origin, text,
                    $"it was built for {string.Join(", ", built)}, not for {platform}.", "Build it for the device, or give --platform.");
            }
            else if (built.Length == 0 && image.Tag is { } tag && Said(tag) is { } said && said != platform)
            {
                yield return new Finding(Severity.Error, "image-platform", path, origin, text,
                    $"its tag says {said}; the device is {platform}.", "Take the image of the device's processor, or a list of platforms.");
            }
        }
    }

    private static string? Said(string tag) =>
        Words.FirstOrDefault(word => tag.Split('-', '_', '.').Contains(word.Word, StringComparer.OrdinalIgnoreCase)).Platform;
}
