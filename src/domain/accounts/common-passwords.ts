/** Whether a password is, without regard to case, among those that are tried first: only such as pass the length are listed. */
export function isCommonPassword(password: string): boolean {
  return COMMON.has(password.toLowerCase()) || /^(.)\1+$/u.test(password)
}

const COMMON = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pass1234 pass12345 12345678 123456789 1234567890
  0123456789 987654321 9876543210 87654321 11223344 12341234 12344321 123123123 112233445566 147258369 159357456 1q2w3e4r 1q2w3e4r5t
  1qaz2wsx 1qaz2wsx3edc qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwer1234 asdfghjk asdfghjkl asdf1234 zxcvbnm1 zxcvbnm123
  abcdefgh abcd1234 abc12345 abcd12345 a1b2c3d4 aa123456 a1234567 a12345678 q1w2e3r4 q1w2e3r4t5 iloveyou iloveyou1 sunshine sunshine1
  princess princess1 football football1 baseball baseball1 basketball superman superman1 batman123 starwars starwars1 trustno1 whatever
  welcome1 welcome123 letmein1 letmein123 monkey123 dragon123 master123 shadow123 michael1 jennifer jordan23 charlie1 computer
  internet samsung1 liverpool chelsea1 arsenal1 corvette mercedes midnight michelle victoria alexander maverick pokemon1 cheese123
  administrator admin123 admin1234 changeme changeme1 changeit default1 secret123 test1234 testtest guest123 login123 hello123 hellohello
  summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2026 autumn2026 november november1 december qazwsxedc`
    .split(/\s+/)
    .filter(Boolean),
)
