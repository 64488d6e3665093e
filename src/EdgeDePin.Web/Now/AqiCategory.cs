namespace EdgeDePin.Web.Now;

/// <summary>
/// A category of the US air-quality index with EPA's own name and colour (EPA-454/B-24-002, tables 1 and 2).
/// </summary>
/// <param name="Name">The official wording.</param>
/// <param name="Colour">sRGB, as a CSS colour.</param>
/// <param name="Ink">Black or white, whichever is legible on the colour.</param>
public sealed record AqiCategory(string Name, string Colour, string Ink)
{
    private const string Black = "#000000";
    private const string White = "#ffffff";

    private static readonly (int UpTo, AqiCategory Category)[] Table =
    [
        (50, new("Good", "#00e400", Black)),
        (100, new("Moderate", "#ffff00", Black)),
        (150, new("Unhealthy for Sensitive Groups", "#ff7e00", Black)),
        (200, new("Unhealthy", "#ff0000", White)),
        (300, new("Very Unhealthy", "#8f3f97", White)),
    ];

    // Above 300 everything is hazardous, also beyond the 500 where the index has no breakpoints.
    private static readonly AqiCategory Hazardous = new("Hazardous", "#7e0023", White);

    /// <param name="index">Rounded to the nearest integer first, as the index is defined on integers.</param>
    public static AqiCategory Of(double index)
    {
        double rounded = Math.Round(index, MidpointRounding.AwayFromZero);
        foreach ((int upTo, AqiCategory category) in Table)
        {
            if (rounded <= upTo)
            {
                return category;
            }
        }

        return Hazardous;
    }
}
