using EdgeDePin.Analytics.Anomalies;

namespace EdgeDePin.Tests.Analytics.Anomalies;

public sealed class NabCorpusTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgedepin-nab-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """{"a/b.csv": []}""", null)]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,x\n", """{"a/b.csv": []}""", "line 2: 'x' is no number")]
    [InlineData("timestamp,value\nyesterday,1\n", """{"a/b.csv": []}""", "line 2: 'yesterday,1' is not 'timestamp,value'")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,NaN\n", """{"a/b.csv": []}""", "is no number")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """{"a/b.csv": [["2014-04-01 00:00:00", "2014-04-02 00:00:00"]]}""", "'2014-04-02 00:00:00', which is no timestamp of")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """{"a/b.csv": ["2014-04-01 00:00:00"]}""", "combined_windows.json has them")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """[]""", "is no file of labels")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """{"../b.csv": []}""", "leads out of the folder")]
    [InlineData("timestamp,value\n2014-04-01 00:00:00,1\n", """{"a/c.csv": []}""", "none of the 1 series")]
    public void An_error_names_the_file_the_line_and_the_value(string series, string labels, string? error)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        File.WriteAllText(Path.Combine(_folder, "a", "b.csv"), series);
        string file = Path.Combine(_folder, "labels.json");
        File.WriteAllText(file, labels);
        if (error is null)
        {
            Assert.Single(NabCorpus.Read(_folder, file).Series);
        }
        else
        {
            Assert.Contains(error, Assert.Throws<FormatException>(() => NabCorpus.Read(_folder, file)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Series_that_are_labelled_and_not_here_are_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        File.WriteAllText(Path.Combine(_folder, "a", "b.csv"), "timestamp,value\n2014-04-01 00:00:00,1\n");
        string file = Path.Combine(_folder, "labels.json");
        File.WriteAllText(file, """{"a/b.csv": [], "a/c.csv": []}""");
        Assert.Equal(["a/c.csv"], NabCorpus.Read(_folder, file).Missing);
    }
}
