namespace EdgeDePin.Deployment.Manifests;

/// <summary>Paths such as <c>$.modulesContent.$edgeHub['properties.desired'].routes</c> (RFC 9535 §2.1).</summary>
public static class JsonPath
{
    public const string Root = "$";

    public static string Child(string path, string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$') && !char.IsAsciiDigit(name[0])
            ? $"{path}.{name}"
            : $"{path}['{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}']";

    public static string Child(string path, int index) => $"{path}[{index}]";
}
