namespace EdgeDePin.Tests;

/// <summary>Whether the tests take everything (<c>EDGEDEPIN_LONG=true</c>, for a night) or what fits into each build.</summary>
internal static class LongForm
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("EDGEDEPIN_LONG") == "true";

    /// <summary>The seeds from 1 on.</summary>
    public static TheoryData<int> Seeds(int usually, int longForm) => [.. Enumerable.Range(1, IsOn ? longForm : usually)];
}
