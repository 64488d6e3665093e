namespace EdgeDePin.Storage.Forwarding;

/// <summary>Which measurements a destination gets.</summary>
internal sealed class PointSelection(IReadOnlyList<string> only, IReadOnlyList<string> except)
{
    private readonly HashSet<string> _only = new(only, StringComparer.Ordinal);
    private readonly HashSet<string> _except = new(except, StringComparer.Ordinal);

    public bool Takes(string measurement) =>
        (_only.Count == 0 || _only.Contains(measurement)) && !_except.Contains(measurement);
}
