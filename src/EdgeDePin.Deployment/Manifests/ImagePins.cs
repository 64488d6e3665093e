using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>
/// Which bytes each image name stands for: a file
/// <c>{"images":{"registry/name:tag":{"digest":"sha256:…","platforms":["linux/arm64"]}}}</c>,
/// as <c>deployment/images/build.sh</c> writes it, or with <c>"id":"sha256:…"</c> in place of the digest, as <c>card.sh</c> writes it: an image that
/// is loaded from an archive has no digest of a registry, and is known by the digest of its configuration.
/// </summary>
public sealed class ImagePins
{
    public static readonly ImagePins None = new(ImmutableDictionary<string, Pin>.Empty);

    private readonly ImmutableDictionary<string, Pin> _pins;

    private ImagePins(ImmutableDictionary<string, Pin> pins) => _pins = pins;

    /// <exception cref="DeploymentException">Not readable or malformed; file and line are named.</exception>
    public static ImagePins ReadFile(string file)
    {
        (JsonObject root, Origins origins) = JsonSource.ReadFile(file);
        if (root["images"] is not JsonObject images)
        {
            throw new DeploymentException($"{file}:1: there is no object \"images\" in this file of pins.");
        }

        return new ImagePins(images.ToImmutableDictionary(image => image.Key, image =>
            Read(image.Key, image.Value, origins.Of(image.Value ?? images)), StringComparer.Ordinal));
    }

    /// <summary>Whether these are the images of a card, which only a device without a cloud can run.</summary>
    public bool AreOfCard => _pins.Values.Any(pin => pin.Id is not null);

    /// <summary>The name with its digest, if the file knows one.</summary>
    public ImageName Pinned(ImageName image) =>
        image.ImageDigest is null && _pins.TryGetValue(image.ToString(), out Pin? pin) && pin.Digest is { } digest ? image with { ImageDigest = digest } : image;

    /// <summary>The id that an image has once it is loaded from a card; null if the file does not know one.</summary>
    public string? IdOf(ImageName image) => image.ImageDigest is null && _pins.TryGetValue(image.ToString(), out Pin? pin) ? pin.Id : null;

    /// <summary>The platforms an image was built for, such as <c>linux/arm64</c>; empty if the file does not say.</summary>
    public ImmutableArray<string> Platforms(ImageName image) =>
        _pins.TryGetValue((image with { ImageDigest = null }).ToString(), out Pin? pin) ? pin.Platforms : [];

    private static Pin Read(string name, JsonNode? value, Origin? origin)
    {
        string? digest = Text(value, "digest"), id = Text(value, "id");
        return ImageName.Parse(name) is null
            ? throw new DeploymentException($"{origin} '{name}' is no image name: write registry/name:tag.")
            : (digest ?? id) is not { } known || !ImageName.IsDigest(known)
                ? throw new DeploymentException($"{origin} {name} has the digest '{digest ?? id}': write sha256: and 64 hexadecimal digits, as 'podman image inspect' shows them.")
                : new Pin(digest, digest is null ? id : null, value!["platforms"] is JsonArray list ? [.. list.Select(item => item!.ToString())] : []);
    }

    private static string? Text(JsonNode? value, string name) => value.At(name) is JsonValue text && text.TryGetValue(out string? said) ? said : null;

    private sealed record Pin(string? Digest, string? Id, ImmutableArray<string> Platforms);
}
