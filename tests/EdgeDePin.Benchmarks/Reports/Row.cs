using EdgeDePin.Benchmarks.Figures;

namespace EdgeDePin.Benchmarks.Reports;

/// <param name="Value">Null with the reason in <paramref name="Missing"/>.</param>
internal sealed record AnchorValue(string Name, double? Value, string? Missing);

/// <summary>A row: medians of ours and of each anchor.</summary>
/// <param name="Value">Null with the reason in <paramref name="Missing"/>.</param>
/// <param name="Missing">Why there is no value, or why not every repetition has one.</param>
internal sealed record Row(string Name, string What, string Unit, Goal? Goal, double? Value, string? Missing, IReadOnlyList<AnchorValue> Anchors)
{
    /// <summary>Null without a goal; what was not measured does not meet it.</summary>
    public bool? Met => Goal is null ? null : Value is { } value && Goal.IsMetBy(value);

    /// <summary>The anchor to be compared with: the best of those measured, or one that could not be.</summary>
    public AnchorValue? Anchor
    {
        get
        {
            AnchorValue? best = null;
            foreach (AnchorValue anchor in Anchors)
            {
                bool better = best?.Value is not { } most || (anchor.Value is { } value && Goal is not null && Goal.Better(most, value) != most);
                best = better ? anchor : best;
            }

            return best;
        }
    }
}
