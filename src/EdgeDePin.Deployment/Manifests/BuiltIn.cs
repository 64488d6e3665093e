using System.Reflection;

namespace EdgeDePin.Deployment.Manifests;

/// <summary>The files of <c>deployment/manifests</c> and the modules' descriptions, as they were when the program was built.</summary>
internal static class BuiltIn
{
    private static readonly Assembly Here = typeof(BuiltIn).Assembly;

    public static IEnumerable<string> Names(string prefix) =>
        Here.GetManifestResourceNames().Select(name => name.Replace('\\', '/'))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static byte[] Read(string name)
    {
        using Stream stream = Here.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not part of the program.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
