namespace EdgeDePin.Analytics;

/// <summary>Values of one column at equal steps, with what else was measured then. NaN where nothing was.</summary>
/// <param name="Name">The column.</param>
/// <param name="Start">Of the first value: the local time or UTC, as the file has it.</param>
/// <param name="Values">Oldest first.</param>
/// <param name="Exogenous">Columns of the same length; a column of words became one of 0 and 1 for each word.</param>
/// <param name="Notes">What was found and done about it, in sentences.</param>
public sealed record GriddedSeries(
    string Name, DateTime Start, SeriesStep Step, double[] Values, IReadOnlyList<ExogenousColumn> Exogenous, IReadOnlyList<string> Notes)
{
    public DateTime At(int index) => Step.At(Start, index);

    /// <summary>The first place at or after an instant; the length where all are before it.</summary>
    public int FirstAtOrAfter(DateTime instant)
    {
        int index = Math.Clamp(Step.IndexOf(Start, instant), 0, Values.Length);
        while (index > 0 && At(index - 1) >= instant)
        {
            index--;
        }

        while (index < Values.Length && At(index) < instant)
        {
            index++;
        }

        return index;
    }
}

/// <summary>A column beside the one that is predicted, known up to the origin of a forecast and not beyond it.</summary>
public sealed record ExogenousColumn(string Name, double[] Values);
