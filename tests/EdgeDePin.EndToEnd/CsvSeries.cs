using System.Globalization;

namespace EdgeDePin.EndToEnd;

/// <summary>A published series read by the simplest means there is, as the truth that the product's answer is held against.</summary>
internal static class CsvSeries
{
    /// <summary>The numbers of one column whose timestamp lies in [from, until); rows without the number are left out.</summary>
    public static double[] Column(string file, string column, DateTimeOffset from, DateTimeOffset until)
    {
        string[] header = File.ReadLines(file).First().Split(';');
        int value = Array.IndexOf(header, column), time = Array.IndexOf(header, "timestamp");
        return [.. File.ReadLines(file).Skip(1)
            .Select(line => line.Split(';'))
            .Where(cells => Instant(cells[time]) is var instant && instant >= from && instant < until && cells[value].Length > 0)
            .Select(cells => double.Parse(cells[value], CultureInfo.InvariantCulture))];
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
