namespace EdgeDePin.Cli.Demo;

/// <summary>The summary for people.</summary>
internal static class SummaryText
{
    public static void Write(DemoSummary summary, DemoOptions options, string folder)
    {
        Console.WriteLine($"{summary.Nodes} nodes, {summary.Seconds:0} s");
        Console.WriteLine($"  readings   {summary.Readings} of {summary.SamplesAsked} asked, {summary.Faults} faults, {summary.ReadingsDropped} dropped");
        Console.WriteLine($"  executions {summary.Executions}, {summary.RecordsLost} records lost");
        Console.WriteLine($"  sharing    {summary.Lent} lent, {summary.Borrowed} borrowed, {summary.Verified} verified, {summary.Rejected} rejected");
        Console.WriteLine($"  store      {summary.StorePoints} points{(options.DataFolder is null ? "" : $" in {folder}")}");
        if (options.Influx is not null)
        {
            Console.WriteLine($"  InfluxDB   {summary.InfluxPoints} points acknowledged, {summary.InfluxLag} still to send");
        }

        Console.WriteLine($"  first reading stored after {summary.FirstReadingMs?.ToString("0") ?? "?"} ms, peak memory {summary.PeakRssMb:0} MB");
    }
}
