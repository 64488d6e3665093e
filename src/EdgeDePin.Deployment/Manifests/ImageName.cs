using System.Buffers;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>The name of a container image: <c>registry/path:tag@sha256:…</c>.</summary>
/// <param name="Repository">Registry and path.</param>
/// <param name="Tag">Null if there is none.</param>
/// <param name="ImageDigest">With its algorithm; null if there is none.</param>
public readonly record struct ImageName(string Repository, string? Tag, string? ImageDigest)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a name; null if it is none (distribution/reference grammar: lower-case path, tag of at most 128 characters, digest of 64 hexadecimal digits).</summary>
    public static ImageName? Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        string? digest = null;
        int at = rest.IndexOf('@');
        if (at >= 0)
        {
            digest = rest[(at + 1)..].ToString();
            rest = rest[..at];
            if (!IsDigest(digest))
            {
                return null;
            }
        }

        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..].ToString();
            rest = rest[..colon];
            if (tag.Length is 0 or > 128 || tag[0] is '.' or '-' || !tag.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
            {
                return null;
            }
        }

        string repository = rest.ToString();
        return IsRepository(repository) ? new ImageName(repository, tag, digest) : null;
    }

    /// <summary>The last part of the path: <c>edgedepin-sensor</c>.</summary>
    public string ShortName => Repository[(Repository.LastIndexOf('/') + 1)..];

    public override string ToString() =>
        Repository + (Tag is null ? "" : $":{Tag}") + (ImageDigest is null ? "" : $"@{ImageDigest}");

    internal static bool IsDigest(string text) =>
        text.Length == 71 && text.StartsWith("sha256:", StringComparison.Ordinal) && !text.AsSpan(7).ContainsAnyExcept(HexDigits);

    private static bool IsRepository(string text)
    {
        string[] parts = text.Split('/');
        // Only the first part may be a host, with a port and capitals.
        return text.Length is > 0 and <= 255 && parts.Select((part, index) => part.Length > 0 && part.All(letter =>
            char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or '_'
            || (index == 0 && parts.Length > 1 && (letter == ':' || char.IsAsciiLetterUpper(letter))))).All(fits => fits);
    }
}
