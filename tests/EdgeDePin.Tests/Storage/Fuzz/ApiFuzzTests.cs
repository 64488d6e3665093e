using System.IO.Compression;
using System.Text;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Storage.Fuzz;

/// <summary>Bodies that nobody would send: an answer for each, never an exception, and what is accepted can be written again.</summary>
public sealed class ApiFuzzTests
{
    private static readonly int Rounds = FuzzRun.Inputs ?? 20_000;

    private static readonly byte[][] Seeds =
    [
        "m f=1 1"u8.ToArray(), "cpu,host=a,region=eu v=1,s=\"x\" 1500000000000000000\ncpu,host=b v=2i"u8.ToArray(),
        "0 \\\\=\"=\""u8.ToArray(), "m \\0=\",\"=3,\"=\""u8.ToArray(), "tag\\ ged,k\\,ey=va\\=lue f=\"a \\\"b\\\" c\",g=t,h=-1.5e-7,u=3u -5\r\n#c\n\n"u8.ToArray(),
        [.. "m f=\""u8, 0xC3, 0x28, .. "\" 1\nm,t=\u00e4 \u00fc=1"u8],
    ];

    [Fact]
    public async Task Bodies_are_read_or_refused()
    {
        var random = new Random(FuzzRun.Seed);
        var options = new ApiOptions { MaxBodyBytes = 2_000, MaxInflatedBytes = 4_000 };
        for (int round = 0; round < Rounds; round++)
        {
            bool gzip = random.Next(4) > 0;
            byte[] plain = Mutated(random, Seeds[random.Next(Seeds.Length)]);
            byte[] body = gzip ? Zipped([.. Enumerable.Repeat(plain, random.Next(1, 200)).SelectMany(bytes => bytes)]) : plain;
            body = random.Next(3) > 0 ? Mutated(random, body) : body;
            try
            {
                using BodyReader? read = await BodyReader.ReadAsync(new MemoryStream(body), gzip, options, TestContext.Current.CancellationToken);
                Assert.True(read is null || read.Memory.Length <= options.MaxInflatedBytes);
            }
            catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
            {
                // Says that it is no gzip; answered with 400.
            }
        }
    }

    [Fact]
    public async Task Requests_get_an_answer_whatever_they_say()
    {
        var random = new Random(FuzzRun.Seed);
        using var folder = new TemporaryFolder();
        using Store store = Stores.Open(folder);
        var lane = new WriteLane(store);
        using var ending = new CancellationTokenSource();
        Task running = lane.RunAsync(ending.Token);
        var api = new InfluxApi(store, lane, new ApiOptions(), TimeProvider.System);
        var caller = new ApiCaller(null, null, null, IsLocal: true);
        int[] known = [204, 400, 404, 413, 500];
        string?[] words = [null, "", "bench", "nope", "autogen", "bench/autogen", "ns", "u", "ms", "s", "xx", "all", "gzip", "zstd", "\0"];
        for (int round = 0; round < Math.Max(1_000, Rounds / 50); round++)
        {
            string? Word() => words[random.Next(words.Length)];
            var request = new WriteRequest(random.Next(3) > 0 ? "bench" : Word(), Word(), Word(), Word(), Word(), random.Next(2) == 0);
            byte[] body = Mutated(random, Seeds[random.Next(Seeds.Length)]);
            body = random.Next(3) == 0 ? Zipped(body) : body;
            InfluxResponse answer = await api.WriteAsync(request, new MemoryStream(body), caller, TestContext.Current.CancellationToken);
            Assert.True(known.Contains(answer.Status), $"seed {FuzzRun.Seed}, round {round}: {answer.Status} {answer.Error}");
        }

        await ending.CancelAsync();
        await running;
    }

    private static byte[] Mutated(Random random, byte[] seed) =>
        Mutation.Bytes(random, seed, () => Seeds[random.Next(Seeds.Length)]);

    private static byte[] Zipped(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
        {
            zip.Write(plain);
        }

        return target.ToArray();
    }
}
