using System.Collections.Immutable;

namespace EdgeDePin.Analytics;

/// <summary>What a training decided, by its validation span alone.</summary>
/// <param name="Ridges">The linear forecasters that were kept, with their penalties.</param>
/// <param name="Trees">Boosted trees on top of them; 0: none helped.</param>
/// <param name="Power">How strongly the combination prefers who did well lately.</param>
/// <param name="Span">Steps after which the loss of a forecast counts a third.</param>
/// <param name="Used"><c>combined</c>, or the naive rule that the combination did not beat.</param>
/// <param name="Reason">Why, in a sentence with the figures.</param>
public sealed record ForecastChoice(
    ImmutableArray<(string Shape, double Penalty)> Ridges, int Trees, int Power, int Span, string Used, string Reason)
{
    public const string Combined = "combined";
}
